import { isStokerError, StokerError } from '@stoker/errors';
import { isCommitSha, openCache, type CommitSha } from '@stoker/gitref';
import { sync } from '@stoker/sync-engine';
import type { JobHooks, JobResult, SyncJob } from './job.ts';
import { remoteOf } from './remoteOf.ts';
import { syncRequest } from './syncRequest.ts';

/**
 * Fetches one commit, then lets the engine converge the target to it.
 * @throws StokerError of `@stoker/gitref` or `@stoker/sync-engine`; the target is then as it was
 */
export async function converge(job: SyncJob, hooks: JobHooks): Promise<JobResult> {
  const { signal, onProgress, beforeApply } = hooks;
  const commit = checkedCommit(job.commit);
  const startedAt = performance.now();
  const cache = await openCache(job.cacheDirectory);
  try {
    onProgress?.({ phase: 'fetch', done: 0, total: 0 });
    await cache.fetchCommit(remoteOf(job.repository), commit, {
      ref: job.ref,
      signal,
      onProgress: ({ done, total }) => onProgress?.({ phase: 'fetch', done, total }),
    });
    const fetchMs = Math.round(performance.now() - startedAt);
    const report = await sync(syncRequest(job, cache.tree(commit)), {
      signal,
      dryRun: job.profile.dryRun,
      onProgress,
      beforeApply,
    });
    return { report, fetchMs };
  } catch (error) {
    if (isStokerError(error) && error.reason === 'BlobMismatch') await cache.markDamaged();
    throw error;
  } finally {
    await cache.close();
  }
}

function checkedCommit(text: string): CommitSha {
  if (isCommitSha(text)) return text;
  throw new StokerError(`"${text}" is no full commit SHA`, { reason: 'InvalidRef', class: 'stalled' });
}
