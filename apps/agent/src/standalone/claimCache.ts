import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '@stoker/command-line';
import { holderOfThisProcess, isAlive } from './holder.ts';
import { makeFolder } from './makeFolder.ts';

/** A cache that no other process uses. */
export interface ClaimedCache {
  readonly directory: string;
  release(): Promise<void>;
}

/**
 * Claims a cache for this process, since only one may use it. While another one lives that has claimed it, this process
 * gets a cache of its own that is thrown away afterwards: it shall get as far as the target, whose lock then says what
 * is going on.
 */
export async function claimCache(directory: string): Promise<ClaimedCache> {
  await makeFolder(directory).catch((error: unknown) => {
    const code = Error.isError(error) && 'code' in error ? ` (${String(error.code)})` : '';
    throw usageError(`--cache ${directory} cannot be made${code}`, 'name a folder that this user may write', error);
  });
  const lock = join(directory, 'claimed-by');
  const holder = holderOfThisProcess();
  if (await claim(lock, holder)) {
    return { directory: join(directory, 'git'), release: () => rm(lock, { force: true }) };
  }
  const own = join(directory, `once-${randomUUID()}`);
  return { directory: own, release: () => rm(own, { recursive: true, force: true }) };
}

async function claim(lock: string, holder: string): Promise<boolean> {
  if (await createLock(lock, holder)) return true;
  const before = await readFile(lock, 'utf8').catch(() => '');
  if (isAlive(before)) return false;
  // A dead process left it. Of several that notice, the one whose rename stays is the one that reads itself back.
  const mine = `${lock}.${randomUUID()}`;
  await writeFile(mine, holder);
  await rename(mine, lock);
  return (await readFile(lock, 'utf8').catch(() => '')) === holder;
}

async function createLock(lock: string, holder: string): Promise<boolean> {
  try {
    await writeFile(lock, holder, { flag: 'wx' });
    return true;
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
