import { chmodSync, lstatSync, mkdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { hashFile, linkBlobId } from '../disk/blobHash.ts';
import type { BlobHash } from '../disk/blobHash.ts';
import type { Operation } from '../plan/operations.ts';
import { exists, ignoring, keptPath, stagedPath } from './perform.ts';
import type { Ground } from './perform.ts';

/**
 * Takes one operation back, or does nothing if it was not done or is undone already. A file is taken back only if it
 * still is what was written: what somebody else put there since stays. Throws what node:fs throws.
 */
export function undo(operation: Operation, ground: Ground, blobHash: BlobHash): void {
  const live = ground.parents.find(operation.path);
  if (live === undefined) return;
  switch (operation.kind) {
    case 'write': {
      const kept = keptPath(operation, ground);
      // Never written: what is live, or no more, is somebody else's, also where it has the same content.
      if (isWhatWasWritten(stagedPath(operation, ground), operation, blobHash)) return dropSecondName(kept, live);
      if (exists(live) && !isWhatWasWritten(live, operation, blobHash)) return dropSecondName(kept, live);
      if (exists(kept)) renameSync(kept, live);
      else if (!operation.replaces) ignoring(['ENOENT'], () => unlinkSync(live));
      return;
    }
    case 'delete': {
      const kept = keptPath(operation, ground);
      if (!exists(live) && exists(kept)) renameSync(kept, live);
      else dropSecondName(kept, live);
      return;
    }
    case 'makeFolder':
      ignoring(['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'], () => rmdirSync(live));
      return;
    case 'removeFolder':
      // Also where it is there already: the process may have been killed between the two.
      ignoring(['EEXIST'], () => mkdirSync(live));
      if (lstatSync(live).isDirectory()) chmodSync(live, operation.mode);
  }
}

/** What was kept and is still live itself needs no keeping: the snapshot would take the place of one that is of use. */
function dropSecondName(kept: string, live: string): void {
  const [one, other] = [kept, live].map((path) => lstatSync(path, { throwIfNoEntry: false }));
  if (one !== undefined && one.ino === other?.ino && one.dev === other.dev) unlinkSync(kept);
}

/** True for the very content and execute bit, or link, that the operation wrote. */
export function isWhatWasWritten(
  path: string,
  operation: Operation & { readonly kind: 'write' },
  blobHash: BlobHash,
): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isSymbolicLink()) return operation.link === true && linkBlobId(path, blobHash) === operation.blobId;
  if (!stats?.isFile() || operation.link === true) return false;
  const hashed = hashFile(path, [blobHash]);
  return hashed?.blobIds[0] === operation.blobId && hashed.stat.executable === operation.executable;
}
