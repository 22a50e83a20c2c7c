import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openLiveTree } from '../disk/liveTree.ts';
import type { LiveTree } from '../disk/liveTree.ts';
import { foldPath } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';

/** A folder as a file system shows it that folds names, whatever the one it lies on does. */
export function foldingTree(target: string): LiveTree {
  const live = openLiveTree(target);
  const real = (path: RelativePath): RelativePath => {
    const names = readdirSync(target, { recursive: true, encoding: 'utf8' });
    return (names.find((name) => foldPath(name) === foldPath(path)) ?? path) as RelativePath;
  };
  return {
    node: (path) => live.node(real(path)),
    folderKind: (folder) => live.folderKind(real(folder)),
    walk: (folder, enter, visit) => live.walk(real(folder), enter, visit),
    absolute: (path) => join(target, real(path)),
  };
}
