import type { Guard } from '../desired/guard.ts';
import { linkBlobId, hashFile } from '../disk/blobHash.ts';
import type { BlobHash } from '../disk/blobHash.ts';
import type { LiveTree } from '../disk/liveTree.ts';
import { ancestorsOf, comparePaths } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import { diskError, quotePath, syncError } from '../syncError.ts';
import type { Plan, PlannedChange } from './plan.ts';

export interface RoomyPlan extends Plan {
  /** Live folders that stand where a file goes, deepest first; empty once the plan's deletions are done. */
  readonly foldersInTheWay: readonly RelativePath[];
}

export interface RoomRequest {
  readonly plan: Plan;
  readonly live: LiveTree;
  readonly guard: Guard;
  readonly blobHash: BlobHash;
}

/**
 * Completes a plan where the target has a file, link or folder in the way of a file. A file in the way of a folder is
 * deleted (and kept in the snapshot). A folder in the way of a file must become empty by the plan itself.
 * Throws `TargetUnsafe` on a symlinked parent folder, a special file, or a folder that holds what must stay.
 */
export function makeRoom({ plan, live, guard, blobHash }: RoomRequest): RoomyPlan {
  const changes = new Map<RelativePath, PlannedChange>();
  for (const change of plan.changes) changes.set(change.path, change);
  const drifted = new Map(plan.drifted);
  const foldersInTheWay = new Set<RelativePath>();

  const deleteInTheWay = (path: RelativePath): void => {
    if (changes.get(path)?.kind === 'deleted') return;
    if (!guard.mayDelete(path, 'file')) throw inTheWay(path, 'is protected');
    drifted.delete(path);
    changes.set(path, deletionOf(path, live, blobHash));
  };

  for (const { path, desired } of plan.changes) {
    if (desired === undefined) continue;
    for (const folder of ancestorsOf(path)) {
      const kind = live.folderKind(folder);
      if (kind === 'folder') break;
      if (kind === 'symlink') throw inTheWay(folder, 'is a symbolic link where a folder is needed');
      if (kind === 'special') throw inTheWay(folder, 'is a FIFO, socket or device where a folder is needed');
      if (kind === 'file') deleteInTheWay(folder);
    }
    if (live.node(path).kind !== 'folder') continue;
    const enter = (inner: RelativePath): boolean => {
      if (!guard.mayDelete(inner, 'folder')) throw inTheWay(inner, 'is protected');
      foldersInTheWay.add(inner);
      return true;
    };
    enter(path);
    live.walk(path, enter, (inner) => {
      if (drifted.has(inner)) deleteInTheWay(inner);
      if (changes.get(inner)?.kind !== 'deleted') throw inTheWay(inner, `is in a folder where a file is needed`);
    });
  }
  return {
    changes: [...changes.values()].toSorted((left, right) => comparePaths(left.path, right.path)),
    drifted,
    foldersInTheWay: [...foldersInTheWay].toSorted((left, right) => comparePaths(right, left)),
  };
}

function deletionOf(path: RelativePath, live: LiveTree, blobHash: BlobHash): PlannedChange {
  const absolute = live.absolute(path);
  const deletion = { path, kind: 'deleted', after: undefined, liveEdit: true, desired: undefined } as const;
  try {
    if (live.node(path).kind === 'symlink') return { ...deletion, before: linkBlobId(absolute, blobHash) };
    const hashed = hashFile(absolute, [blobHash]);
    const stat = hashed?.stat;
    return { ...deletion, before: hashed?.blobIds[0], sizeBefore: stat?.size, statBefore: stat };
  } catch (error) {
    throw diskError(error, 'read', path);
  }
}

function inTheWay(path: RelativePath, problem: string): Error {
  return syncError('TargetUnsafe', `${quotePath(path)} in the target ${problem}`, 'move it away, or exclude the path');
}
