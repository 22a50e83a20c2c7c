import { spawnSync } from 'node:child_process';
import { closeSync, constants, fstatSync, fsyncSync, openSync } from 'node:fs';
import { errorCode } from '../syncError.ts';

/** Up to here one fsync a file is cheaper than one for the whole file system. */
export const fewFiles = 64;

export interface Barrier {
  readonly count: number;
  /** Asked for only where each gets an fsync. */
  readonly paths: () => Iterable<string>;
  /** Called before and after all that may take long; may throw to stop. */
  readonly beat: () => void;
}

/**
 * Returns when the files and folders named are on the disk. Many: one `syncfs` through the `sync` command, which Node
 * has no call for; where that is missing or too old, one fsync each.
 */
export function makeDurable(anyPath: string, { count, paths, beat }: Barrier): void {
  beat();
  const isDone = count > fewFiles && syncFileSystem(anyPath);
  if (!isDone) {
    for (const path of paths()) {
      fsyncPath(path);
      beat();
    }
  }
  // Where somebody else took the target meanwhile, what comes next is no longer for this process to do.
  beat();
}

function syncFileSystem(path: string): boolean {
  const result = spawnSync('sync', ['-f', path], { stdio: 'ignore', env: { PATH: process.env['PATH'] } });
  return result.status === 0;
}

/**
 * What is gone by now needs no fsync: the folder it was in gets one of its own. A FIFO or socket in its place cannot have
 * one, and the latter not even be opened.
 */
function fsyncPath(path: string): void {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(errorCode(error) ?? '')) return;
    throw error;
  }
  try {
    const stats = fstatSync(file);
    if (stats.isFile() || stats.isDirectory()) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
