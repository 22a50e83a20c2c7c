import { describeError } from '@stoker/errors';
import { auditSync } from './auditSync.ts';
import { describeDone, tellDrift, type SyncAndScan, type SyncAttempt } from './syncAttempt.ts';
import { afterLook } from './transitions.ts';

/** Puts a look at what the folder holds into state, metrics, audit and log; the wanted release is as far as it was. */
export function recordLook(attempt: SyncAttempt, { summary, scan, debt }: SyncAndScan): void {
  const { deps, document, action, pod, log } = attempt;
  const { cell, metrics } = deps;
  const { release } = action;
  const durationMs = attempt.elapsedMs();
  const done = describeDone(release, summary);
  const { last } = cell.state;
  metrics.countSync(summary, durationMs);
  if (scan !== undefined) metrics.countScan(scan);
  deps.onSynced(release, summary);
  const [before] = cell.state.history;
  const { labelsHash } = pod;
  const facts = { ...done, release, request: undefined, labelsHash, scan, debt, durationMs, random: Math.random() };
  cell.update((state) => afterLook(state, facts));
  auditSync(deps, document, { action, before, author: summary.author });
  if (done.changed > 0) log.info('live edits put back', { reason: summary.outcome, count: done.changed, durationMs });
  tellDrift(attempt, summary, last);
  if (scan?.outcome === 'Failed') log.warn('scan failed', { error: scan.message });
}

/** The next look is due after another sync period: the folder is as it was. */
export function recordFailedLook({ deps, log, elapsedMs }: SyncAttempt, error: unknown): void {
  const { reason } = describeError(error);
  const isCancelled = reason === 'Cancelled';
  const nowMs = Date.now();
  deps.cell.update((state) => ({ ...state, activity: undefined, lookedAtMs: isCancelled ? state.lookedAtMs : nowMs }));
  if (isCancelled) return;
  deps.metrics.countFailure(reason, elapsedMs());
  log.warn('folder not compared with the release that it holds', { error, reason });
}
