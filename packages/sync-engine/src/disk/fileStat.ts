import type { Stats } from 'node:fs';

/**
 * What tells cheaply that a file is still the one that was seen. Times are milliseconds with their fraction (about
 * 0.25 µs fine). mtime alone proves nothing, since anybody can set it back; ctime cannot be set.
 */
export interface FileStat {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
  /** The owner's execute bit; the rest of the mode belongs to whoever mounts the volume. */
  readonly executable: boolean;
}

export function fileStat(stats: Stats): FileStat {
  return {
    size: stats.size,
    mtimeMs: stats.mtimeMs,
    ctimeMs: stats.ctimeMs,
    inode: stats.ino,
    executable: (stats.mode & 0o100) !== 0,
  };
}

/** False means "hash it again", never "it was changed": mounting a volume may rewrite ctime, group and mode of it all. */
export function sameStat(left: FileStat, right: FileStat): boolean {
  return (
    left.size === right.size &&
    left.ctimeMs === right.ctimeMs &&
    left.mtimeMs === right.mtimeMs &&
    left.inode === right.inode &&
    left.executable === right.executable
  );
}

/** A stat that no file has. */
export const unknownStat: FileStat = { size: -1, mtimeMs: -1, ctimeMs: -1, inode: -1, executable: false };
