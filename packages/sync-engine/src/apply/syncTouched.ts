import { makeDurable } from '../disk/barrier.ts';
import { parentOf } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { Operation } from '../plan/operations.ts';
import type { StateFolder } from '../state/stateFolder.ts';

/** Makes renames, deletions and new folders durable: each folder in which a name changed goes to the disk. */
export function syncTouched(operations: readonly Operation[], state: StateFolder, beat: () => void): void {
  const folders = new Set<RelativePath>();
  for (const { kind, path } of operations) {
    folders.add(parentOf(path));
    if (kind === 'makeFolder') folders.add(path);
  }
  const paths = (): string[] => [...folders].map((folder) => `${state.target.path}/${folder}`);
  makeDurable(state.targetPath, { count: folders.size, paths, beat });
}
