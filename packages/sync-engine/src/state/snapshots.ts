import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { openFolder } from '../disk/openFolder.ts';
import type { Folder } from '../disk/openFolder.ts';
import { diskError, errorCode } from '../syncError.ts';

/** Older snapshots go first. The newest one always stays. */
const maximumCount = 10;
const maximumBytes = 1024 * 1024 * 1024;

export const snapshotIndexName = 'index';

export interface Snapshot {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
}

/** Makes the folder of a new snapshot. Names sort by age; `first-…` keeps what was there before Stoker came. */
export function makeSnapshot(snapshots: Folder, now: Date, isFirstContact: boolean): string {
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  for (let attempt = 1; ; attempt += 1) {
    const name = `${time}${isFirstContact ? '-first' : ''}${attempt === 1 ? '' : `-${attempt}`}`;
    try {
      mkdirSync(`${snapshots.path}/${name}`, { mode: 0o700 });
      return name;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw diskError(error, 'make', `.stoker/snapshots/${name}`);
    }
  }
}

/** Opens the folder of a snapshot, made again where it is missing. */
export function openSnapshot(snapshots: Folder, name: string): Folder {
  mkdirSync(`${snapshots.path}/${name}`, { recursive: true, mode: 0o700 });
  return openFolder(`${snapshots.path}/${name}`);
}

/** All snapshots, oldest first; `path` names the folder of snapshots. */
export function listSnapshots(path: string): readonly Snapshot[] {
  return list(path).map((name) => {
    const kept = list(`${path}/${name}`).filter((entry) => /^\d+(\.earlier)?$/.test(entry));
    const sizes = kept.map((entry) => lstatSync(`${path}/${name}/${entry}`, { throwIfNoEntry: false })?.size ?? 0);
    return { name, files: kept.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
  });
}

/** Removes a snapshot that keeps nothing; true if it did. */
export function dropIfEmpty(snapshots: Folder, name: string): boolean {
  const keepsSomething = list(`${snapshots.path}/${name}`).some((entry) => /^\d+(\.earlier)?$/.test(entry));
  if (!keepsSomething) rmSync(`${snapshots.path}/${name}`, { recursive: true, force: true });
  return !keepsSomething;
}

/** Holds number and size of the snapshots within bounds. */
export function limitSnapshots(snapshots: Folder): void {
  const all = listSnapshots(snapshots.path);
  let bytes = 0;
  for (const [age, snapshot] of all.toReversed().entries()) {
    bytes += snapshot.bytes;
    if (age > 0 && (age >= maximumCount || bytes > maximumBytes)) {
      rmSync(`${snapshots.path}/${snapshot.name}`, { recursive: true, force: true });
    }
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path).toSorted();
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
