import { isStokerError } from '@stoker/errors';
import type { CacheFolders } from '../cache/folders.ts';
import type { CommitSha } from '../types.ts';
import { changesSince } from './changesSince.ts';
import type { TreeChange } from './changesSince.ts';
import { listTree } from './listTree.ts';
import type { TreeEntry } from './listTree.ts';
import { readBlobs } from './readBlobs.ts';
import type { BlobSink } from './readBlobs.ts';

/** The files of one fetched commit. Structurally a `Source` of `@stoker/sync-engine`. */
export interface GitTree {
  readonly id: CommitSha;
  /** How blob ids are computed. git does not re-check content it reads from its cache: compare with this. */
  readonly blobHash: 'git-sha1' | 'git-sha256';
  /**
   * All files in batches, in git's order; `under` limits the listing to these folders or files. Where a folder on the
   * way to one of them is a symlink or a submodule, that is listed, first, instead.
   */
  list(under: readonly string[], signal?: AbortSignal): AsyncIterable<readonly TreeEntry[]>;
  /** Streams the blobs into the sink, in order. */
  read(blobIds: readonly string[], sink: BlobSink, signal?: AbortSignal): Promise<void>;
  /** What differs from an earlier commit; undefined when that one is not in the cache, or only a listing can tell. */
  changesSince(id: string, signal?: AbortSignal): Promise<readonly TreeChange[] | undefined>;
}

/** Reads a commit from the cache; tells `onDamaged` when the cache turns out not to hold it whole. */
export function commitTree(folders: CacheFolders, commit: CommitSha, onDamaged: () => Promise<void>): GitTree {
  const reporting = async (error: unknown): Promise<never> => {
    if (isStokerError(error) && error.reason === 'CacheDamaged') await onDamaged();
    throw error;
  };
  return {
    id: commit,
    blobHash: commit.length === 64 ? 'git-sha256' : 'git-sha1',
    async *list(under, signal) {
      try {
        yield* listTree(folders, commit, under, signal);
      } catch (error) {
        await reporting(error);
      }
    },
    read: (blobIds, sink, signal) => readBlobs(folders, blobIds, sink, signal).catch(reporting),
    changesSince: (id, signal) => changesSince(folders, id, commit, signal),
  };
}
