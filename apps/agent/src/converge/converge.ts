import { isStokerError, StokerError } from '@stoker/errors';
import { isCommitSha, openCache, type CommitAuthor, type CommitSha, type GitCache } from '@stoker/gitref';
import { sync } from '@stoker/sync-engine';
import type { JobHooks, JobResult, SyncJob } from './job.ts';
import { remoteOf } from './remoteOf.ts';
import { syncRequest } from './syncRequest.ts';
import { touchedBy } from './touched.ts';

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
    const { bytes: fetchedBytes } = await cache.fetchCommit(remoteOf(job.repository), commit, {
      ref: job.ref,
      signal,
      onProgress: ({ done, total }) => onProgress?.({ phase: 'fetch', done, total }),
    });
    const fetchMs = Math.round(performance.now() - startedAt);
    const report = await sync(syncRequest(job, cache.tree(commit)), {
      signal,
      dryRun: job.profile.dryRun,
      onProgress,
      beforeApply: beforeApply && ((plan) => beforeApply(touchedBy(plan.changes))),
    });
    const author = report.outcome === 'unchanged' ? undefined : await authorOf(cache, commit);
    return { report, author, fetchMs, fetchedBytes };
  } catch (error) {
    if (isStokerError(error) && error.reason === 'BlobMismatch') await cache.markDamaged();
    throw isStokerError(error) && saysNoCommit.has(error.reason) ? withCommit(error, job) : error;
  } finally {
    await cache.close();
  }
}

/** The engine knows a source, not where it is from. */
const saysNoCommit: ReadonlySet<string> = new Set(['SourceMissing', 'SourceVanished']);

function withCommit(error: StokerError, { commit, ref }: SyncJob): StokerError {
  const { reason, hint } = error;
  const message = `${error.message}; looked at commit ${commit} of ${ref}`;
  return new StokerError(message, { reason, class: error.class, hint, cause: error });
}

/** The folder is equal to the commit, whoever wrote it: not to know that is no failure of the sync. */
async function authorOf(cache: GitCache, commit: CommitSha): Promise<CommitAuthor | undefined> {
  try {
    return await cache.authorOf(commit);
  } catch {
    return undefined;
  }
}

function checkedCommit(text: string): CommitSha {
  if (isCommitSha(text)) return text;
  throw new StokerError(`"${text}" is no full commit SHA`, { reason: 'InvalidRef', class: 'stalled' });
}
