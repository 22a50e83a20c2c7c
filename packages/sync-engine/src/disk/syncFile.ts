import { closeSync, constants, fsyncSync, openSync } from 'node:fs';

/** Returns when content and times of a file are on the disk. Throws what node:fs throws. */
export function syncFile(path: string): void {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
