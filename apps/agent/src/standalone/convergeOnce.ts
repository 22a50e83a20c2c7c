import type { SyncReport } from '@stoker/sync-engine';
import type { Invocation } from '../cli/parseArguments.ts';
import { converge } from '../converge/converge.ts';
import type { JobProgress } from '../converge/job.ts';
import { claimCache } from './claimCache.ts';
import { planJob, preparePlan } from './prepare.ts';

export interface ConvergeOnceOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: JobProgress) => void) | undefined;
  /** Told as soon as the ref is resolved: an error after that still names the commit. */
  readonly onCommit: (commit: string) => void;
}

/** Everything that a command line asks for, once: read its files, resolve its ref, fetch, converge. */
export async function convergeOnce(invocation: Invocation, options: ConvergeOnceOptions): Promise<SyncReport> {
  const { env, signal, onProgress, onCommit } = options;
  const plan = await preparePlan(invocation, env);
  const cache = await claimCache(plan.cacheDirectory);
  try {
    const job = await planJob(plan, cache.directory, signal);
    onCommit(job.commit);
    const { report } = await converge(job, { signal, onProgress });
    return report;
  } finally {
    await cache.release();
  }
}
