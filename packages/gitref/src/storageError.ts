import { isStokerError } from '@stoker/errors';
import { gitError } from './gitError.ts';

/** An error of the file system below `what` as one of ours; any other is returned as it is. */
export function storageError(error: unknown, what: string): unknown {
  if (isStokerError(error) || !Error.isError(error) || !('code' in error)) return error;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return gitError('StorageFull', `the file system of ${what} is full`, { cause: error });
  }
  return gitError('GitNotUsable', `${what} cannot be written (${String(error.code)})`, {
    hint: 'Mount a writable folder there; TMPDIR names the one for temporary files.',
    cause: error,
  });
}
