import { amendTree } from '../desired/amendTree.ts';
import { findClash } from '../desired/checkConflicts.ts';
import { buildDesiredTree, requireSources } from '../desired/desiredTree.ts';
import type { DesiredTree } from '../desired/desiredTree.ts';
import { isInside } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { Manifest } from '../state/manifest.ts';
import { stopIfAborted } from '../syncError.ts';
import type { Source } from '../types.ts';
import type { Recipe } from './recipe.ts';

export interface ListRequest {
  readonly source: Source;
  readonly recipe: Recipe;
  readonly manifest: Manifest | undefined;
  readonly targetFoldsNames: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onListed: (files: number) => void;
}

/**
 * What the target is meant to hold. By the manifest alone where source and recipe are those it was written by; by what
 * changed in the source since where that tells; else by listing the source.
 */
export async function listDesired(request: ListRequest): Promise<DesiredTree> {
  const { source, recipe, targetFoldsNames, signal, onListed } = request;
  const known = await fromManifest(request);
  // A manifest does not say which mappings its files are from, and whoever has to end a conflict needs to know.
  if (known !== undefined && findClash(known.files, targetFoldsNames) === undefined) return known;

  const builder = buildDesiredTree(recipe, targetFoldsNames);
  let listed = 0;
  for await (const batch of source.list(outermost(recipe), signal)) {
    stopIfAborted(signal);
    for (const entry of batch) builder.add(entry);
    listed += batch.length;
    onListed(listed);
  }
  const tree = builder.finish();
  requireSources(recipe.mappings, tree);
  return tree;
}

async function fromManifest(request: ListRequest): Promise<DesiredTree | undefined> {
  const { source, recipe, manifest, signal } = request;
  const writtenFrom = manifest?.header.sourceId;
  if (source.id === undefined || writtenFrom === undefined || manifest?.header.context !== recipe.context) {
    return undefined;
  }
  const written = treeOf(manifest);
  if (writtenFrom === source.id) return written;
  // A seal depends on its neighbours, so that what did not change may have to be made anew.
  if (recipe.mappings.some(({ transforms }) => transforms !== undefined)) return undefined;
  const changes = await source.changesSince?.(writtenFrom, signal);
  return changes && amendTree(written, changes, recipe.mappings, buildDesiredTree(recipe, request.targetFoldsNames));
}

function treeOf({ header, entries }: Manifest): DesiredTree {
  const files = [...entries].map(
    ([path, { blobId, executable, transformId, originId }]) =>
      [path, { path, blobId, executable, transformId, originId }] as const,
  );
  return {
    files: new Map(files),
    protected: new Map(header.protected.map(([path, blobId]) => [path as RelativePath, blobId])),
    overlaid: header.overlaid,
    provided: header.provided,
  };
}

/** The sources of all mappings, without those inside another; `.` is the root. */
function outermost({ mappings }: Recipe): string[] {
  const sources = [...new Set(mappings.map((mapping) => mapping.source))];
  return sources
    .filter((source) => !sources.some((other) => other !== source && isInside(source, other)))
    .map((source) => (source === '' ? '.' : source));
}
