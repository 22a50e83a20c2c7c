import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gitEnvironment } from '../git/environment.ts';
import { runGit } from '../git/runGit.ts';
import type { GitResult } from '../git/runGit.ts';
import { gitError } from '../gitError.ts';

export type ObjectFormat = 'sha1' | 'sha256';

/** Where a cache keeps things, and the environment in which git works on it without any network. */
export interface CacheFolders {
  /** The bare repository. May be thrown away at any time. */
  readonly repository: string;
  /** HOME of git, and private files while a transfer runs. */
  readonly run: string;
  readonly environment: NodeJS.ProcessEnv;
}

export function cacheFolders(directory: string): CacheFolders {
  const repository = join(directory, 'repository.git');
  const run = join(directory, 'run');
  return { repository, run, environment: gitEnvironment({ home: run, variables: { GIT_DIR: repository } }) };
}

/** Runs git on the cache itself. */
export function runLocalGit(
  folders: CacheFolders,
  args: readonly string[],
  options: { readonly signal?: AbortSignal | undefined; readonly input?: string } = {},
): Promise<GitResult> {
  return runGit(args, { environment: folders.environment, ...options });
}

/**
 * Makes the cache usable, whatever was left behind: removes private files, locks and half-received packs of an earlier
 * life, and starts from nothing where the repository is missing or not one.
 */
export async function prepareFolders(folders: CacheFolders): Promise<ObjectFormat> {
  await rm(folders.run, { recursive: true, force: true });
  await mkdir(folders.run, { recursive: true, mode: 0o700 });
  await removeLeftovers(folders);
  // Missing or unreadable, it is made anew; where that is impossible too, making it says why.
  const config = await readFile(join(folders.repository, 'config'), 'utf8').catch(() => undefined);
  if (config === undefined || !(await isHealthy(folders))) {
    await rebuildRepository(folders, 'sha1');
    return 'sha1';
  }
  return /objectformat\s*=\s*sha256/i.test(config) ? 'sha256' : 'sha1';
}

/** Throws the repository away and makes an empty one. The cache's own folder stays: it is a mount point. */
export async function rebuildRepository(folders: CacheFolders, format: ObjectFormat): Promise<void> {
  await rm(folders.repository, { recursive: true, force: true, maxRetries: 3 });
  const result = await runLocalGit(folders, ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`]);
  if (result.code !== 0) throw gitError('CacheDamaged', 'the git cache cannot be created in its folder');
}

/** A ref that git warns about points to an object that is gone or unreadable. */
async function isHealthy(folders: CacheFolders): Promise<boolean> {
  const result = await runLocalGit(folders, ['for-each-ref', '--format=%(objecttype)']);
  return result.code === 0 && result.stderr === '';
}

/**
 * Removes what a killed git leaves: locks, half-received packs, and the `.keep` file that would keep its pack for ever.
 * Only for a cache that nobody writes to just now.
 */
export async function removeLeftovers({ repository }: Pick<CacheFolders, 'repository'>): Promise<void> {
  const entries = await readdir(repository, { recursive: true, withFileTypes: true }).catch(() => []);
  const leftovers = entries.filter(({ name }) => /\.(?:lock|keep)$|^tmp_/.test(name));
  for (const { parentPath, name } of leftovers) await rm(join(parentPath, name), { recursive: true, force: true });
}
