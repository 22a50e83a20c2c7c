import { ancestorsOf, foldPath } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import { quotePath, syncError } from '../syncError.ts';
import type { RenderedMapping } from './renderMappings.ts';

/** Two `file` mappings may not render to one path: neither is meant to win. Throws `PathConflict`. */
export function checkFileMappings(mappings: readonly RenderedMapping[]): void {
  const claimed = new Map<RelativePath, RenderedMapping>();
  for (const mapping of mappings) {
    if (mapping.type !== 'file') continue;
    const other = claimed.get(mapping.destination);
    if (other !== undefined) {
      throw pathConflict(
        `${quotePath(other.source)} and ${quotePath(mapping.source)} are both mapped to ${quotePath(mapping.destination)}`,
      );
    }
    claimed.set(mapping.destination, mapping);
  }
}

/** Two owners may not have one destination, whatever their sources hold. Throws `PathConflict`. */
export function checkOwners(mappings: readonly RenderedMapping[]): void {
  const claimed = new Map<RelativePath, RenderedMapping>();
  for (const mapping of mappings) {
    if (mapping.owner === undefined) continue;
    const other = claimed.get(mapping.destination);
    if (other !== undefined && other.owner !== mapping.owner) throw ownersConflict(mapping.destination, other, mapping);
    claimed.set(mapping.destination, mapping);
  }
}

/** Two owners that write one path. */
export function ownersConflict(path: RelativePath, left: RenderedMapping, right: RenderedMapping): Error {
  const [first, second] = [left, right].map(({ source, owner }) => `${quotePath(source)} of ${owner ?? 'nobody'}`);
  return pathConflict(`${first} and ${second} are both mapped to ${quotePath(path)}`);
}

/**
 * No path may be a file for one mapping and a folder for another, and on a target that folds names (case, Unicode
 * composition) no two names of one folder may fold together. Throws `PathConflict`.
 */
export function checkPaths(files: ReadonlyMap<RelativePath, unknown>, targetFoldsNames: boolean): void {
  const folders = new Set<RelativePath>();
  for (const path of files.keys()) {
    for (const folder of ancestorsOf(path)) {
      if (folders.has(folder)) break;
      folders.add(folder);
      if (files.has(folder)) {
        throw pathConflict(`${quotePath(folder)} is a file for one mapping and a folder for another`);
      }
    }
  }
  if (!targetFoldsNames) return;
  const spelling = new Map<string, RelativePath>();
  for (const path of [...folders, ...files.keys()]) {
    const folded = foldPath(path);
    const other = spelling.get(folded);
    if (other !== undefined && other !== path) {
      throw pathConflict(`${quotePath(other)} and ${quotePath(path)} are one name on the target's file system`);
    }
    spelling.set(folded, path);
  }
}

function pathConflict(message: string): Error {
  return syncError('PathConflict', message, 'change the mappings so that each path has one origin');
}
