import { lstatSync, rmSync } from 'node:fs';
import { stateFolderName } from '../desired/guard.ts';
import { diskError } from '../syncError.ts';

/**
 * Removes the working folder: manifest, snapshots, lock, and whatever a crash left. The files of the target stay, and
 * the next sync meets them as on first contact. The caller sees to it that no sync is running.
 */
export async function clean(target: string): Promise<void> {
  const path = `${target}/${stateFolderName}`;
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) rmSync(path, { recursive: true });
  } catch (error) {
    throw diskError(error, 'remove', stateFolderName);
  }
}
