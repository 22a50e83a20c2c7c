import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { openFolder } from '../disk/openFolder.ts';
import type { Folder } from '../disk/openFolder.ts';
import { diskError, errorCode } from '../syncError.ts';
import { isRecord, parseJson } from './manifest.ts';
import { nextSnapshotName } from './snapshotName.ts';
import { readText, writeSmallFile, writeStateFile } from './stateFiles.ts';

/** Older snapshots go first. The newest one always stays. */
const limits = { count: 10, bytes: 512 * 1024 * 1024 };

/** The journal of an apply that is done, as its snapshot has it: what a revert takes back. */
export const appliedName = 'applied';

export interface Snapshot {
  readonly name: string;
  /** Kept files. */
  readonly files: number;
  /** Of everything in it. */
  readonly bytes: number;
}

/** Makes the folder of a new snapshot. */
export function makeSnapshot(snapshots: Folder, now: Date, isFirstContact: boolean): string {
  const name = nextSnapshotName(list(snapshots.path), now, isFirstContact);
  try {
    mkdirSync(`${snapshots.path}/${name}`, { mode: 0o700 });
    snapshots.sync();
    return name;
  } catch (error) {
    throw diskError(error, 'make', `.stoker/snapshots/${name}`);
  }
}

/** One file that is going to be replaced or deleted, and the name it is kept by. */
export interface KeptFile {
  readonly slot: number;
  readonly path: string;
  /** Undefined where it was gone before it could be kept. */
  readonly blobId: string | undefined;
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

/** Opens the folder of a snapshot, made again where it is missing or something else is in its place. */
export function openSnapshot(snapshots: Folder, name: string): Folder {
  const stats = lstatSync(`${snapshots.path}/${name}`, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isDirectory()) rmSync(`${snapshots.path}/${name}`);
  mkdirSync(`${snapshots.path}/${name}`, { recursive: true, mode: 0o700 });
  return openFolder(`${snapshots.path}/${name}`);
}

/** All snapshots that keep something, oldest first; `path` names the folder of snapshots. */
export function listSnapshots(path: string): readonly Snapshot[] {
  return list(path)
    .map((name) => sizeOf(path, name))
    .filter(({ files }) => files > 0);
}

/** What is in a snapshot no longer changes: it is measured once, and the size is in it. */
const sizeName = 'size';

/** Remembers how much a snapshot keeps, so that nobody has to look at each file of it again. */
export function recordSize({ path }: Folder, name: string): void {
  const { files, bytes } = measure(path, name);
  writeSmallFile(`${path}/${name}/${sizeName}`, `${JSON.stringify({ files, bytes })}\n`);
}

/** Untrusted: what it says decides about nothing but which snapshot goes first. */
function sizeOf(path: string, name: string): Snapshot {
  const value = parseJson(readText(`${path}/${name}/${sizeName}`) ?? '');
  if (!isRecord(value)) return measure(path, name);
  const [files, bytes] = [value['files'], value['bytes']].map(Number);
  const isSound = [files, bytes].every((number) => Number.isSafeInteger(number) && Number(number) >= 0);
  return isSound ? { name, files: Number(files), bytes: Number(bytes) } : measure(path, name);
}

function measure(path: string, name: string): Snapshot {
  const entries = list(`${path}/${name}`);
  const sizes = entries.map((entry) => lstatSync(`${path}/${name}/${entry}`, { throwIfNoEntry: false })?.size ?? 0);
  return { name, files: entries.filter(isKept).length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

function isKept(entry: string): boolean {
  return /^\d+(\.earlier)?$/.test(entry);
}

export function keepsSomething(snapshots: Folder, name: string): boolean {
  return list(`${snapshots.path}/${name}`).some(isKept);
}

/** Removes a snapshot that keeps nothing. */
export function dropIfEmpty(snapshots: Folder, name: string): void {
  if (!keepsSomething(snapshots, name)) dropSnapshot(snapshots, name);
}

export function dropSnapshot(snapshots: Folder, name: string): void {
  rmSync(`${snapshots.path}/${name}`, { recursive: true, force: true });
}

/** Removes the snapshots of applies that never began: they keep nothing, and nothing can be taken back by them. */
export function dropUnused(snapshots: Folder): void {
  for (const name of list(snapshots.path)) {
    if (!isApplied(snapshots.path, name)) dropIfEmpty(snapshots, name);
  }
}

/** Moves the journal of an apply that is done into its snapshot: the apply is over, and can be taken back from there. */
export function moveIntoSnapshot(folder: Folder, journalName: string, snapshots: Folder, name: string): void {
  const snapshot = openSnapshot(snapshots, name);
  try {
    renameSync(`${folder.path}/${journalName}`, `${snapshot.path}/${appliedName}`);
    snapshot.sync();
    folder.sync();
  } finally {
    snapshot.close();
  }
}

/** Holds number and size of the snapshots within bounds, and drops what a crash left without content. */
export function limitSnapshots(snapshots: Folder, { count, bytes: maximumBytes } = limits): void {
  let bytes = 0;
  let age = 0;
  for (const name of list(snapshots.path).toReversed()) {
    const snapshot = sizeOf(snapshots.path, name);
    const isUseful = snapshot.files > 0 || isApplied(snapshots.path, name);
    bytes += snapshot.bytes;
    const isTooMuch = age > 0 && (age >= count || bytes > maximumBytes);
    if (isUseful) age += 1;
    if (!isUseful || isTooMuch) dropSnapshot(snapshots, name);
  }
}

function isApplied(path: string, name: string): boolean {
  return lstatSync(`${path}/${name}/${appliedName}`, { throwIfNoEntry: false }) !== undefined;
}

/** Gives room back to a full volume: the oldest snapshot goes, but never the newest. True if one went. */
export function dropOldestSnapshot(snapshots: Folder): boolean {
  const [oldest, ...newer] = list(snapshots.path);
  if (oldest === undefined || newer.length === 0) return false;
  dropSnapshot(snapshots, oldest);
  return true;
}

/** Bytes of the disk that `dropOldestSnapshot` can give back, called until it drops no more. */
export function reclaimableBytes({ path }: Folder): number {
  const bytes = list(path)
    .slice(0, -1)
    .flatMap((name) => list(`${path}/${name}`).map((entry) => reclaimedBytes(`${path}/${name}/${entry}`)));
  return bytes.reduce((sum, size) => sum + size, 0);
}

/** A file that has another name, such as the live one, stays on the disk. */
function reclaimedBytes(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined || stats.nlink > 1 ? 0 : stats.blocks * 512;
}

function list(path: string): string[] {
  try {
    return readdirSync(path).toSorted();
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
