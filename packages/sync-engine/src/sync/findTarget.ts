import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { diskError, errorCode, quotePath, syncError } from '../syncError.ts';

/** The target without links on the way, made first if only its last folder is missing. */
export function makeTarget(path: string): string {
  refuseRelative(path);
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) mkdirSync(path);
    return realpathSync(path);
  } catch (error) {
    throw diskError(error, 'open the target', path);
  }
}

/** For a look without writing: a target that does not exist yet is empty. */
export function findTarget(path: string): string {
  refuseRelative(path);
  try {
    return realpathSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return path;
    throw diskError(error, 'open the target', path);
  }
}

function refuseRelative(path: string): void {
  if (!isAbsolute(path)) throw syncError('UnsafePath', `the target ${quotePath(path)} is not an absolute path`);
}
