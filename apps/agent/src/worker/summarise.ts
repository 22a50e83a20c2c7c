import { readStatus, recover } from '@stoker/sync-engine';
import type { JobResult } from '../converge/job.ts';
import { boundChanges } from '../sidecar/changeReport.ts';
import type { OpenedTarget, SyncSummary } from './messages.ts';

/** Drifted paths named in the status; the rest counted. */
const maxDriftedPaths = 20;

/** What of a result crosses to the other thread. */
export function summarise({ report, author, fetchMs, fetchedBytes }: JobResult): SyncSummary {
  const { outcome, counts, drifted, bytesWritten, snapshot, recovered } = report;
  return {
    outcome,
    author,
    counts,
    ...boundChanges(report.changes),
    drifted: { count: drifted.length, paths: drifted.slice(0, maxDriftedPaths) },
    durationsMs: { fetch: fetchMs, ...report.durationsMs },
    bytesWritten,
    fetchedBytes,
    snapshot,
    recovered,
  };
}

/** An interrupted sync is put right before anyone asks what the folder holds. */
export async function openTarget(target: string, holder: string): Promise<OpenedTarget> {
  const recovered = await recover(target, { holder });
  const { release, syncedAt } = await readStatus(target);
  return { recovered, release, syncedAt };
}
