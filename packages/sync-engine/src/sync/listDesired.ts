import { buildDesiredTree } from '../desired/desiredTree.ts';
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
  readonly signal: AbortSignal | undefined;
  readonly onListed: (files: number) => void;
}

/** What the target is meant to hold. Lists the source only if it or the recipe is not the one of the manifest. */
export async function listDesired(request: ListRequest): Promise<DesiredTree> {
  const { source, recipe, manifest, signal, onListed } = request;
  const isAsWritten =
    source.id !== undefined && manifest?.header.sourceId === source.id && manifest.header.context === recipe.context;
  if (isAsWritten) return treeOf(manifest, recipe);

  const builder = buildDesiredTree(recipe.mappings, recipe.excluded, recipe.guard);
  let listed = 0;
  for await (const batch of source.list(outermost(recipe), signal)) {
    stopIfAborted(signal);
    for (const entry of batch) builder.add(entry);
    listed += batch.length;
    onListed(listed);
  }
  return builder.finish();
}

function treeOf({ header, entries }: Manifest, recipe: Recipe): DesiredTree {
  const files = [...entries].map(([path, { blobId, executable }]) => [path, { path, blobId, executable }] as const);
  return {
    files: new Map(files),
    protected: header.protected.map((path) => path as RelativePath),
    overlaid: header.overlaid,
    provided: recipe.mappings.map(() => false),
  };
}

/** The sources of all mappings, without those inside another; `.` is the root. */
function outermost({ mappings }: Recipe): string[] {
  const sources = [...new Set(mappings.map((mapping) => mapping.source))];
  return sources
    .filter((source) => !sources.some((other) => other !== source && isInside(source, other)))
    .map((source) => (source === '' ? '.' : source));
}
