import { copyFileSync, linkSync, lstatSync, rmSync } from 'node:fs';
import { refusesLinks } from '../disk/refusesLinks.ts';
import { syncFile } from '../disk/syncFile.ts';
import { diskError } from '../syncError.ts';
import { formatManifest, parseManifest, parseManifestHeader } from './manifest.ts';
import type { Manifest, ManifestHeader, ManifestToWrite } from './manifest.ts';
import { dropStateFile, readLines, writeStateFile } from './stateFiles.ts';
import type { StateFolder } from './stateFolder.ts';

export const manifestName = 'manifest';

/** Undefined where it is missing or damaged. */
export function readManifest({ state }: Pick<StateFolder, 'state'>): Manifest | undefined {
  return parseManifest(readLines(`${state.path}/${manifestName}`));
}

/** The first line only, of the working folder at this path. */
export function readManifestHeader(statePath: string): ManifestHeader | undefined {
  for (const line of readLines(`${statePath}/${manifestName}`)) return parseManifestHeader(line);
  return undefined;
}

export function writeManifest({ state }: Pick<StateFolder, 'state'>, manifest: ManifestToWrite): void {
  // A folder in its place is damage, and nothing can be renamed over it.
  const path = `${state.path}/${manifestName}`;
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) rmSync(path, { recursive: true });
  writeStateFile(state, manifestName, formatManifest(manifest));
}

/** Keeps the manifest in the snapshot of an apply, for a revert. It is only ever replaced, so a second name will do. */
export function keepManifest({ state, snapshots }: Pick<StateFolder, 'state' | 'snapshots'>, snapshot: string): void {
  const kept = `${snapshots.path}/${snapshot}/${manifestName}`;
  try {
    linkSync(`${state.path}/${manifestName}`, kept);
  } catch (error) {
    if (!refusesLinks(error)) throw diskError(error, 'keep', `.stoker/${manifestName}`);
    copyFileSync(`${state.path}/${manifestName}`, kept);
    syncFile(kept);
  }
}

/** Makes the manifest that a snapshot keeps the one that counts; where there is none, nothing had been written before. */
export function recallManifest(folders: Pick<StateFolder, 'state' | 'snapshots'>, snapshot: string): void {
  const kept = readKeptManifest(folders, snapshot);
  if (kept === undefined) dropStateFile(folders.state, manifestName);
  else writeManifest(folders, kept);
}

export function readKeptManifest(
  { snapshots }: Pick<StateFolder, 'snapshots'>,
  snapshot: string,
): Manifest | undefined {
  return parseManifest(readLines(`${snapshots.path}/${snapshot}/${manifestName}`));
}
