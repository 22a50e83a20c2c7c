import type { PathMatcher } from '../paths/matchPatterns.ts';
import { ancestorsOf, comparePaths, parentOf } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { FileChange, GroupReport } from '../types.ts';

/** What is counted: files that changed, that stay as they are, and live edits that stay. */
export interface Counted {
  readonly changes: readonly { readonly path: RelativePath; readonly kind: FileChange['kind'] }[];
  readonly settled: ReadonlyMap<RelativePath, unknown>;
  readonly drifted: ReadonlyMap<RelativePath, unknown>;
}

/** Counts files by the outermost folder that matches and that they lie in; those in no such folder not at all. */
export function countGroups({ changes, settled, drifted }: Counted, matches: PathMatcher): readonly GroupReport[] {
  const known = new Map<RelativePath, RelativePath | undefined>();
  const outermost = (folder: RelativePath): RelativePath | undefined => {
    if (!known.has(folder)) {
      known.set(
        folder,
        [...ancestorsOf(`${folder}/`)].findLast((candidate) => matches(candidate, 'folder')),
      );
    }
    return known.get(folder);
  };
  const groups = new Map<
    RelativePath,
    { added: number; modified: number; deleted: number; unchanged: number; drifted: number }
  >();
  const count = (path: RelativePath, what: FileChange['kind'] | 'unchanged' | 'drifted'): void => {
    const folder = outermost(parentOf(path));
    if (folder === undefined) return;
    const group = groups.get(folder) ?? { added: 0, modified: 0, deleted: 0, unchanged: 0, drifted: 0 };
    group[what] += 1;
    groups.set(folder, group);
  };
  for (const { path, kind } of changes) count(path, kind);
  for (const path of settled.keys()) count(path, 'unchanged');
  for (const path of drifted.keys()) count(path, 'drifted');
  return [...groups]
    .map(([folder, { drifted: kept, ...counts }]) => ({ folder, counts, drifted: kept }))
    .toSorted((left, right) => comparePaths(left.folder, right.folder));
}
