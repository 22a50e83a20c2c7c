import { lstatSync, rmSync } from 'node:fs';
import { formatManifest, parseManifest, parseManifestHeader } from './manifest.ts';
import type { Manifest, ManifestHeader } from './manifest.ts';
import { readLines, writeStateFile } from './stateFiles.ts';
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

export function writeManifest({ state }: Pick<StateFolder, 'state'>, manifest: Manifest): void {
  // A folder in its place is damage, and nothing can be renamed over it.
  const path = `${state.path}/${manifestName}`;
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) rmSync(path, { recursive: true });
  writeStateFile(state, manifestName, formatManifest(manifest));
}
