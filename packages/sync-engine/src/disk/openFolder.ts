import { closeSync, constants, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { platform } from 'node:process';

/**
 * A folder held open. On Linux its `path` goes through the open file descriptor, so that a link swapped in for the
 * folder or one above it meanwhile changes nothing: what `openat` does elsewhere.
 */
export interface Folder {
  /** Names the folder; `${path}/name` names an entry. */
  readonly path: string;
  sync(): void;
  close(): void;
}

/** Opens a folder without following a link at its end. Throws what node:fs throws (a link: ENOTDIR). */
export function openFolder(path: string): Folder {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  return {
    path: platform === 'linux' ? `/proc/self/fd/${descriptor}` : path,
    sync: () => fsyncSync(descriptor),
    close: () => closeSync(descriptor),
  };
}

/** Opens a folder inside an open one, made first where it is missing. */
export function openOrMakeFolder(parent: Folder, name: string): Folder {
  mkdirSync(`${parent.path}/${name}`, { recursive: true, mode: 0o700 });
  return openFolder(`${parent.path}/${name}`);
}
