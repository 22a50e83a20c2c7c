import { lstatSync, rmSync } from 'node:fs';
import { stateFolderName } from '../desired/guard.ts';
import { inspectLock, lockHeld } from '../state/lock.ts';
import { diskError } from '../syncError.ts';

/**
 * Removes the working folder: manifest, snapshots, lock, and whatever a crash left. The files of the target stay, and
 * the next sync meets them as on first contact. Throws `LockHeld` while a sync of this machine is running; that none of
 * another machine is, the caller sees to.
 */
export async function clean(target: string): Promise<void> {
  const path = `${target}/${stateFolderName}`;
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  const lock = stats.isDirectory() ? inspectLock(`${path}/lock`) : undefined;
  if (lock?.alive === true) throw lockHeld(lock.holder);
  try {
    rmSync(path, { recursive: true });
  } catch (error) {
    throw diskError(error, 'remove', stateFolderName);
  }
}
