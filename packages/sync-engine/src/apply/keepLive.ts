import {
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { refusesLinks } from '../disk/refusesLinks.ts';
import { syncFile } from '../disk/syncFile.ts';
import { removeIfThere } from '../state/stateFiles.ts';
import { syncError } from '../syncError.ts';

/**
 * Keeps what is live under a second name before it is replaced or deleted: by a hard link, which costs nothing and
 * keeps owner and times, else by a copy that is on the disk when this returns. Nothing live, or the same already kept:
 * nothing to do, and false. Something else kept before (the live file was replaced meanwhile): that is moved aside. Throws
 * what node:fs throws, and `TargetUnsafe`.
 */
export function keepLive(livePath: string, keptPath: string): boolean {
  const live = lstatSync(livePath, { throwIfNoEntry: false });
  if (live === undefined) return false;
  if (!live.isFile() && !live.isSymbolicLink()) {
    throw syncError('TargetUnsafe', 'a file of the target became a folder or special file during the sync');
  }
  const kept = lstatSync(keptPath, { throwIfNoEntry: false });
  if (kept !== undefined && isKept({ path: livePath, stats: live }, { path: keptPath, stats: kept })) return false;
  if (kept !== undefined) renameSync(keptPath, `${keptPath}.earlier`);
  try {
    linkSync(livePath, keptPath);
  } catch (error) {
    if (!refusesLinks(error)) throw error;
    copyLive(livePath, keptPath, live);
  }
  return true;
}

/** A file or link, and what `lstat` says of it. */
interface Seen {
  readonly path: string;
  readonly stats: Stats;
}

/**
 * The same inode, or a copy: of a link one that points to the same, of a file one that got the times of what it copies. They
 * are set in seconds, of which a number holds no more than the microseconds.
 */
export function isKept(live: Seen, kept: Seen): boolean {
  if (live.stats.ino === kept.stats.ino && live.stats.dev === kept.stats.dev) return true;
  const links = [live, kept].filter(({ stats }) => stats.isSymbolicLink());
  if (links.length > 0) return links.length === 2 && readlinkSync(live.path) === readlinkSync(kept.path);
  return live.stats.size === kept.stats.size && Math.abs(live.stats.mtimeMs - kept.stats.mtimeMs) < 1;
}

function copyLive(livePath: string, keptPath: string, live: Stats): void {
  const part = `${keptPath}.part`;
  removeIfThere(part);
  if (live.isSymbolicLink()) {
    symlinkSync(readlinkSync(livePath), part);
  } else {
    copyFileSync(livePath, part, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    utimesSync(part, live.atimeMs / 1000, live.mtimeMs / 1000);
    syncFile(part);
  }
  renameSync(part, keptPath);
}
