import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, rmdirSync, unlinkSync } from 'node:fs';
import { stateFolderName } from '../desired/guard.ts';
import { openFolder, openOrMakeFolder } from '../disk/openFolder.ts';
import type { Folder } from '../disk/openFolder.ts';
import { diskError, errorCode } from '../syncError.ts';

/** The target and its working folder, held open for the length of a sync. */
export interface StateFolder {
  /** Absolute path of the target, for commands that cannot use an open folder. */
  readonly targetPath: string;
  readonly target: Folder;
  readonly state: Folder;
  /** New content on its way, one file a slot. */
  readonly stage: Folder;
  readonly snapshots: Folder;
  close(): void;
}

/**
 * Opens `.stoker/`, made or mended first: a link or file in its place is removed, not followed, and a mount that
 * rewrote modes gets 0700 again. Throws `TargetReadOnly`, `TargetIOError`, `StorageFull`.
 */
export function openState(target: string): StateFolder {
  const open: Folder[] = [];
  const keep = (folder: Folder): Folder => {
    open.push(folder);
    return folder;
  };
  try {
    const targetFolder = keep(openFolder(target));
    const isNew = mendStateFolder(`${targetFolder.path}/${stateFolderName}`);
    const state = keep(openFolder(`${targetFolder.path}/${stateFolderName}`));
    const stage = keep(makeInside(state, 'stage'));
    const snapshots = keep(makeInside(state, 'snapshots'));
    if (isNew) for (const folder of [state, targetFolder]) folder.sync();
    const close = (): void => open.forEach((folder) => folder.close());
    return { targetPath: target, target: targetFolder, state, stage, snapshots, close };
  } catch (error) {
    for (const folder of open) folder.close();
    throw diskError(error, 'prepare', stateFolderName);
  }
}

/** Removes a working folder that holds nothing: a first sync that failed leaves the target exactly as it was. */
export function dropUnusedState(state: StateFolder): void {
  try {
    const names = readdirSync(state.state.path);
    if (names.some((name) => name !== 'stage' && name !== 'snapshots')) return;
    for (const name of [...names, '']) rmdirSync(`${state.target.path}/${stateFolderName}/${name}`);
  } catch {
    // Not empty after all, or not to be removed: it is ours, and the next sync can use it.
  }
}

/** True if the folder had to be made. */
function mendStateFolder(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory()) {
    if ((stats.mode & 0o7777) !== 0o700) restoreMode(path);
    return false;
  }
  if (stats !== undefined) unlinkSync(path);
  mkdirSync(path, { mode: 0o700 });
  return true;
}

/** Somebody else's folder that can be written all the same is good enough. */
function restoreMode(path: string): void {
  try {
    chmodSync(path, 0o700);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') throw error;
  }
}

function makeInside(state: Folder, name: string): Folder {
  const path = `${state.path}/${name}`;
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isDirectory()) rmSync(path, { force: true });
  return openOrMakeFolder(state, name);
}
