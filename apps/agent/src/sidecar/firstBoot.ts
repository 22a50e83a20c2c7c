import { lstat, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SyncDependencies } from './performSync.ts';

const folderName = '.stoker';
const fileName = 'first-boot';

/**
 * Whether the gateway's very first start on this folder, which rewrites some files, is still ahead or not put right yet. On
 * the volume, from before the first file that goes into it: whichever process or pod gets that far knows of it.
 */
export async function isFirstBootAhead(dataDirectory: string): Promise<boolean> {
  try {
    await lstat(pathOf(dataDirectory));
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
    throw error;
  }
}

/** To be called before the first rename of a sync, when the engine has made its working folder. Never throws. */
export async function expectFirstBoot({
  cell,
  environment: { dataDirectory },
  log,
  started,
}: Pick<SyncDependencies, 'cell' | 'log' | 'started'> & {
  readonly environment: Pick<SyncDependencies['environment'], 'dataDirectory'>;
}): Promise<void> {
  if (cell.state.applied !== undefined || started()) return;
  try {
    await note(dataDirectory);
  } catch (error) {
    log.error('first start not on record; what it rewrites stays where this agent is killed before', { error });
  }
  cell.update((state) => ({ ...state, firstBootAhead: true }));
}

export async function forgetFirstBoot(dataDirectory: string): Promise<void> {
  await rm(pathOf(dataDirectory), { force: true });
}

/** Durable when it returns. */
async function note(dataDirectory: string): Promise<void> {
  try {
    await syncToDisk(pathOf(dataDirectory), 'wx');
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  await syncToDisk(join(dataDirectory, folderName), 'r');
}

async function syncToDisk(path: string, flags: string): Promise<void> {
  await using handle = await open(path, flags);
  await handle.sync();
}

function pathOf(dataDirectory: string): string {
  return join(dataDirectory, folderName, fileName);
}

function codeOf(error: unknown): unknown {
  return Error.isError(error) && 'code' in error ? error.code : undefined;
}
