import { isInside, joinPath } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { SourceChange } from '../types.ts';
import { sortedByPath } from './desiredTree.ts';
import type { DesiredFile, DesiredTree, DesiredTreeBuilder } from './desiredTree.ts';
import type { RenderedMapping } from './renderMappings.ts';

/**
 * The desired tree of a source that differs little from an earlier one, without listing it. Undefined where the changes
 * alone do not tell: a changed path that several mappings provide, or a mapping that may have lost its last file.
 * `builder` lays out the new entries, and throws as it would in a listing.
 */
export function amendTree(
  earlier: DesiredTree,
  changes: readonly SourceChange[],
  mappings: readonly RenderedMapping[],
  builder: DesiredTreeBuilder,
): DesiredTree | undefined {
  const touched = new Set<RelativePath>();
  const losing = new Set<RenderedMapping>();
  for (const { path, after } of changes) {
    if (after !== undefined) builder.add(after);
    for (const mapping of mappings) {
      const target = targetOf(path, mapping);
      if (target === undefined) continue;
      if (mappings.filter((other) => covers(other, target)).length > 1) return undefined;
      touched.add(target);
      losing.add(mapping);
    }
  }
  const added = builder.finish();
  const files = new Map<RelativePath, DesiredFile>(earlier.files);
  const kept = new Map(earlier.protected);
  for (const path of touched) {
    files.delete(path);
    kept.delete(path);
  }
  for (const [path, file] of added.files) files.set(path, file);
  for (const [path, blobId] of added.protected) kept.set(path, blobId);
  const provided = mappings.map((mapping, index) => {
    if (!losing.has(mapping)) return earlier.provided[index] === true;
    return added.provided[index] === true || stillProvides(mapping, mappings, files);
  });
  if (mappings.some((mapping, index) => losing.has(mapping) && !provided[index])) return undefined;
  return { files, protected: sortedByPath(kept), overlaid: earlier.overlaid, provided };
}

function targetOf(path: string, mapping: RenderedMapping): RelativePath | undefined {
  if (!isInside(path, mapping.source)) return undefined;
  if (path === mapping.source) return mapping.destination;
  return joinPath(mapping.destination, mapping.source === '' ? path : path.slice(mapping.source.length + 1));
}

function covers(mapping: RenderedMapping, target: RelativePath): boolean {
  return mapping.type === 'file' ? target === mapping.destination : isInside(target, mapping.destination);
}

function stillProvides(
  mapping: RenderedMapping,
  mappings: readonly RenderedMapping[],
  files: ReadonlyMap<RelativePath, DesiredFile>,
): boolean {
  const others = mappings.filter((other) => other !== mapping);
  for (const path of files.keys()) {
    if (covers(mapping, path) && !others.some((other) => covers(other, path))) return true;
  }
  return false;
}
