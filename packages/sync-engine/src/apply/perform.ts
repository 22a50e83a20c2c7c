import { chmodSync, lstatSync, mkdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import type { Folder } from '../disk/openFolder.ts';
import type { ParentFolders } from '../disk/parentFolders.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { Operation } from '../plan/operations.ts';
import { errorCode } from '../syncError.ts';
import { isKept, keepLive } from './keepLive.ts';

/** Where operations happen. */
export interface Ground {
  readonly parents: ParentFolders;
  readonly stage: Folder;
  /** The snapshot of this apply. */
  readonly kept: Folder;
  /** Some of it may have been done before a crash: what is staged no more is live. */
  readonly isResumed: boolean;
  /** Takes each folder that was not there and is made. */
  readonly onMade?: (folder: RelativePath) => void;
}

/**
 * Keeps what an operation is going to replace or delete, or does nothing if it has been done already. Done for all
 * operations before the first of them, so that all that is kept can be made durable at once.
 */
export function keepFor(operation: Operation, ground: Ground): void {
  if (operation.kind === 'write' && operation.replaces && isToDo(operation, ground)) {
    const live = ground.parents.find(operation.path);
    if (live !== undefined) keepLive(live, keptPath(operation, ground));
  }
  if (operation.kind === 'delete') {
    const live = findDeletable(operation, ground);
    if (live !== undefined) keepLive(live, keptPath(operation, ground));
  }
}

/** Does one operation, or nothing if it has been done already. Throws what node:fs throws. */
export function perform(operation: Operation, ground: Ground): void {
  switch (operation.kind) {
    case 'write': {
      if (!isToDo(operation, ground)) return;
      const live = ground.parents.locate(operation.path);
      // Again: the gateway may have put something there since, which must be on the disk under its second name, too.
      if (keepLive(live, keptPath(operation, ground))) ground.kept.sync();
      renameSync(stagedPath(operation, ground), live);
      return;
    }
    case 'delete': {
      const live = findDeletable(operation, ground);
      // One that came after all others were kept is somebody's new file, and would be lost.
      if (live !== undefined && exists(keptPath(operation, ground))) unlinkSync(live);
      return;
    }
    case 'makeFolder': {
      const live = ground.parents.locate(operation.path);
      ignoring(['EEXIST'], () => {
        mkdirSync(live);
        ground.onMade?.(operation.path);
      });
      // Something else may have come there meanwhile: a link would be followed, and a file keep the mode.
      if (operation.mode !== undefined && lstatSync(live).isDirectory()) chmodSync(live, operation.mode);
      return;
    }
    case 'removeFolder': {
      const live = ground.parents.find(operation.path);
      if (live !== undefined) ignoring(['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'], () => rmdirSync(live));
    }
  }
}

/** Nobody looks at each staged file again that was written a moment ago. */
function isToDo(operation: SlotOperation, ground: Ground): boolean {
  return !ground.isResumed || exists(stagedPath(operation, ground));
}

/** Undefined where nothing is left to delete, or where somebody has put another file since the old one was kept. */
function findDeletable(operation: SlotOperation, ground: Ground): string | undefined {
  const path = ground.parents.find(operation.path);
  const live = path === undefined ? undefined : lstatSync(path, { throwIfNoEntry: false });
  if (path === undefined || live === undefined || live.isDirectory()) return undefined;
  const keptAt = keptPath(operation, ground);
  const kept = lstatSync(keptAt, { throwIfNoEntry: false });
  return kept === undefined || isKept({ path, stats: live }, { path: keptAt, stats: kept }) ? path : undefined;
}

type SlotOperation = Operation & { readonly slot: number };

export function stagedPath(operation: SlotOperation, ground: Ground): string {
  return `${ground.stage.path}/${operation.slot}`;
}

export function keptPath(operation: SlotOperation, ground: Ground): string {
  return `${ground.kept.path}/${operation.slot}`;
}

export function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

export function ignoring(codes: readonly string[], call: () => void): void {
  try {
    call();
  } catch (error) {
    if (!codes.includes(errorCode(error) ?? '')) throw error;
  }
}
