import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isStokerError } from '@stoker/errors';
import { storageError } from '../storageError.ts';
import { commitTree } from '../tree/commitTree.ts';
import type { GitTree } from '../tree/commitTree.ts';
import { readAuthor } from '../tree/readAuthor.ts';
import type { CommitAuthor } from '../tree/readAuthor.ts';
import type { CommitSha, FetchLimits, Remote } from '../types.ts';
import { cacheFolders, prepareFolders, rebuildRepository } from './folders.ts';
import type { ObjectFormat } from './folders.ts';
import { fetchIntoCache } from './fetchIntoCache.ts';
import type { FetchProgress } from './progressReader.ts';

export interface FetchOptions {
  /** The branch or tag that led to the commit: servers that do not hand out commits by SHA are asked for it. */
  readonly ref?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: FetchLimits | undefined;
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
}

/** A bare repository that holds the last two commits that were fetched. It can be thrown away at any time. */
export interface GitCache {
  /**
   * Makes a commit available. Fetches nothing when it is one of the last two; calls wait for one another. `bytes` is
   * what the transfer added.
   *
   * @throws StokerError with a reason of this package, or the signal's reason; what was available stays so
   */
  fetchCommit(remote: Remote, commit: CommitSha, options?: FetchOptions): Promise<{ readonly bytes: number }>;
  /** The files of a fetched commit. */
  tree(commit: CommitSha): GitTree;
  /** Who wrote a fetched commit, as it says itself. */
  authorOf(commit: CommitSha): Promise<CommitAuthor | undefined>;
  /** For a reader that found other bytes than a blob id promises: the next fetch starts from nothing. */
  markDamaged(): Promise<void>;
  /** Waits for a fetch in flight. */
  close(): Promise<void>;
}

const defaultLimits: FetchLimits = {
  maxBytes: 1536 * 1024 * 1024,
  maxFileBytes: 1536 * 1024 * 1024,
  maxFiles: 200_000,
  timeoutMs: 10 * 60_000,
};

/**
 * Opens the cache in `directory`, which is made if it is missing and otherwise kept (it may be a mount point); what an
 * earlier, killed process left is cleaned up, and a damaged repository is replaced. Only one process may use it.
 *
 * @throws StokerError `StorageFull`, `CacheDamaged` where git makes no repository there, `GitNotUsable` without git or
 * where the folder cannot be written
 */
export async function openCache(directory: string): Promise<GitCache> {
  const folders = cacheFolders(directory);
  const marker = join(directory, 'damaged');
  let format = await mkdir(directory, { recursive: true })
    .then(() => prepareFolders(folders))
    .catch(unwritable);
  let last: Promise<unknown> = Promise.resolve();

  const rebuild = async (next: ObjectFormat): Promise<void> => {
    await rebuildRepository(folders, next).catch(unwritable);
    await rm(marker, { force: true });
    format = next;
  };
  const markDamaged = (): Promise<void> => writeFile(marker, '').catch(unwritable);

  const fetchOnce = async (remote: Remote, commit: CommitSha, options: FetchOptions): Promise<{ bytes: number }> => {
    const wanted = commit.length === 64 ? 'sha256' : 'sha1';
    const intact = wanted === format && !existsSync(marker);
    if (!intact) await rebuild(wanted);
    const limits = options.limits ?? defaultLimits;
    const fetched = fetchIntoCache(folders, remote, commit, { ...options, limits });
    return fetched.catch(async (error: unknown) => {
      if (!intact || !isStokerError(error) || error.reason !== 'CacheDamaged') throw error;
      await rebuild(wanted);
      return fetchIntoCache(folders, remote, commit, { ...options, limits });
    });
  };

  return {
    fetchCommit(remote, commit, options = {}) {
      const result = last.then(() => fetchOnce(remote, commit, options));
      // The next call waits for this one, not for its success.
      last = result.catch(() => undefined);
      return result;
    },
    tree: (commit) => commitTree(folders, commit, markDamaged),
    authorOf: (commit) => readAuthor(folders, commit),
    markDamaged,
    async close() {
      await last;
      await rm(folders.run, { recursive: true, force: true });
    },
  };
}

function unwritable(cause: unknown): never {
  throw storageError(cause, 'the git cache');
}
