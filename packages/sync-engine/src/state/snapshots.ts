import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { openFolder } from '../disk/openFolder.ts';
import type { Folder } from '../disk/openFolder.ts';
import { diskError, errorCode } from '../syncError.ts';
import { writeStateFile } from './stateFiles.ts';

/** Older snapshots go first. The newest one always stays. */
const maximumCount = 10;
const maximumBytes = 512 * 1024 * 1024;

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
      snapshots.sync();
      return name;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw diskError(error, 'make', `.stoker/snapshots/${name}`);
    }
  }
}

/** One file that is going to be replaced or deleted, and the name it is kept by. */
export interface KeptFile {
  readonly slot: number;
  readonly path: string;
  readonly blobId: string;
  /** It was not what had been last written. */
  readonly liveEdit: boolean;
}

/** Says which kept file was where: one line of JSON each, in the file `index` of the snapshot. */
export function writeSnapshotIndex(snapshots: Folder, name: string, files: readonly KeptFile[]): void {
  if (files.length === 0) return;
  const folder = openSnapshot(snapshots, name);
  try {
    writeStateFile(
      folder,
      'index',
      files.map((file) => `${JSON.stringify(file)}\n`),
    );
  } finally {
    folder.close();
  }
}

/** Opens the folder of a snapshot, made again where it is missing. */
export function openSnapshot(snapshots: Folder, name: string): Folder {
  mkdirSync(`${snapshots.path}/${name}`, { recursive: true, mode: 0o700 });
  return openFolder(`${snapshots.path}/${name}`);
}

/** All snapshots that keep something, oldest first; `path` names the folder of snapshots. */
export function listSnapshots(path: string): readonly Snapshot[] {
  return listAll(path).filter((snapshot) => snapshot.files > 0);
}

function listAll(path: string): readonly Snapshot[] {
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

/** Holds number and size of the snapshots within bounds, and drops what a crash left without content. */
export function limitSnapshots(snapshots: Folder): void {
  let bytes = 0;
  let age = 0;
  for (const snapshot of listAll(snapshots.path).toReversed()) {
    bytes += snapshot.bytes;
    const isTooMuch = age > 0 && (age >= maximumCount || bytes > maximumBytes);
    if (snapshot.files > 0) age += 1;
    if (snapshot.files === 0 || isTooMuch) {
      rmSync(`${snapshots.path}/${snapshot.name}`, { recursive: true, force: true });
    }
  }
}

/** Gives room back to a full volume: the oldest snapshot goes, but never the newest. True if one went. */
export function dropOldestSnapshot(snapshots: Folder): boolean {
  const [oldest, ...newer] = list(snapshots.path);
  if (oldest === undefined || newer.length === 0) return false;
  rmSync(`${snapshots.path}/${oldest}`, { recursive: true, force: true });
  return true;
}

function list(path: string): string[] {
  try {
    return readdirSync(path).toSorted();
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
