import { isDeepStrictEqual } from 'node:util';
import { type MetadataDocument, reasons, type Release } from '@stoker/crd-types';
import { describeError, isStokerError } from '@stoker/errors';
import type { Logger } from '@stoker/logging';
import type { SyncSummary } from '../worker/messages.ts';
import { auditSync } from './auditSync.ts';
import type { SyncAction, SyncDependencies } from './performSync.ts';
import { recordHeld } from './heldReleases.ts';
import type { PodFiles } from './podFiles.ts';
import { basisOf, type GatewayDebt, type LastSync } from './state.ts';
import { afterFailure, afterSync, type ScanResult, type SyncDone } from './transitions.ts';
import { settleCheck } from './verify/pendingCheck.ts';
import { forgetRefused } from './verify/refusedRelease.ts';
import { afterRefusedByDesigners, isForDesigners } from './verify/sessionWait.ts';
import { afterVerifiedSync, type VerifiedSync } from './verify/watchGateway.ts';

/** One try of a sync, with what was known when it began. */
export interface SyncAttempt {
  readonly deps: SyncDependencies;
  readonly document: MetadataDocument;
  readonly action: SyncAction;
  readonly basis: ReturnType<typeof basisOf>;
  readonly pod: PodFiles;
  readonly log: Logger;
  readonly elapsedMs: () => number;
}

/** What came of it. */
export interface SyncAndScan {
  readonly summary: SyncSummary;
  readonly scan: ScanResult | undefined;
  readonly debt: GatewayDebt;
  /** Undefined: nothing changed that the gateway would have to be asked about. */
  readonly verified: VerifiedSync | undefined;
}

/** An agent that was killed leaves its scan lock behind, for two minutes at most: whoever comes after it takes its place soon. */
const lockedAgainMs = 5_000;

export function beginAttempt(deps: SyncDependencies, document: MetadataDocument, action: SyncAction): SyncAttempt {
  const { id, commit, ref } = action.release;
  const startedAt = performance.now();
  return {
    deps,
    document,
    action,
    basis: basisOf(deps.cell.state),
    pod: deps.cell.state.pod,
    log: deps.log.with({ release: id, commit, ref }),
    elapsedMs: () => Math.round(performance.now() - startedAt),
  };
}

/** Puts a sync that went well into state, metrics, audit and log. */
export async function recordSync(attempt: SyncAttempt, result: SyncAndScan): Promise<void> {
  const { deps, document, action, pod, log } = attempt;
  const { summary, scan, debt, verified } = result;
  const { cell, metrics } = deps;
  const { release, cause } = action;
  const { syncRequest: request } = document;
  const durationMs = attempt.elapsedMs();
  const { changed, ...done } = describeDone(release, summary);
  const { last: lastBefore, heldReleases: heldBefore } = cell.state;
  metrics.countSync(summary, durationMs);
  if (scan !== undefined) metrics.countScan(scan);
  deps.onSynced(release, summary);
  const isPlan = release.profile.dryRun;
  if (cell.state.refused !== undefined && !isPlan) await forgetRefused(deps);
  const [before] = cell.state.history;
  const { labelsHash } = pod;
  const random = Math.random();
  cell.update((state) => {
    const facts = { ...done, changed, release, request, labelsHash, scan, debt, durationMs, random };
    const synced = afterSync(state, facts);
    // What was refused before is still there, and so is the wait for it.
    if (isPlan) return synced;
    return afterVerifiedSync(synced, verified, { nowMs: Date.now(), attempt: 0, commit: release.commit, request });
  });
  if (verified !== undefined) await settleCheck(deps);
  if (!isDeepStrictEqual(heldBefore, cell.state.heldReleases)) await recordHeld(deps, document);
  auditSync(deps, document, { action, before, author: summary.author });
  if (verified?.verdict?.outcome === 'Failed')
    log.warn('the gateway has new problems', { reason: 'VerificationFailed', error: verified.verdict.message });
  if (changed > 0 || scan !== undefined || cause !== 'resync') {
    log.info('sync done', { reason: summary.outcome, count: changed, durationMs });
  }
  tellDrift(attempt, summary, lastBefore);
  if (scan?.outcome === 'Failed') log.warn('scan failed', { error: scan.message });
}

/** Told once, not with every look. */
export function tellDrift(
  { log }: SyncAttempt,
  { drifted: { count } }: SyncSummary,
  before: LastSync | undefined,
): void {
  if (count > 0 && count !== before?.drifted.count) log.warn('live edits found and kept', { reason: 'Drifted', count });
}

/** The same for one that failed, was cancelled, or waits for Designers to be closed. */
export function recordFailure(attempt: SyncAttempt, error: unknown): void {
  const { deps, document, action, basis, log } = attempt;
  const { cell, metrics } = deps;
  const { release } = action;
  const durationMs = attempt.elapsedMs();
  const moment = { nowMs: Date.now(), random: Math.random(), durationMs };
  const [before] = cell.state.history;
  if (isForDesigners(error)) {
    const refused = { release, error, basis, tickMs: performance.now(), ...moment };
    cell.update((state) => afterRefusedByDesigners(state, refused));
    if (error.class === 'waiting') return log.info('sync waits for Designers', { reason: error.reason, error });
  } else {
    const retryInMs = isLocked(error) ? lockedAgainMs : undefined;
    cell.update((state) => afterFailure(state, { release, error, basis, retryInMs, ...moment }));
  }
  const { failure } = cell.state;
  auditSync(deps, document, { action, before, error });
  // What is still there then is the failure of an earlier try.
  if (failure === undefined || describeError(error).reason === 'Cancelled') {
    return log.info('sync cancelled', { durationMs });
  }
  metrics.countFailure(failure.reason, durationMs);
  log.error('sync failed', { error, reason: failure.reason, attempt: failure.attempt, durationMs });
}

function isLocked(error: unknown): boolean {
  return isStokerError(error) && error.reason === reasons.ScanLockUnavailable;
}

export function describeDone(
  { id, ref, commit }: Release,
  { counts, drifted, durationsMs }: SyncSummary,
): Pick<SyncDone, 'applied' | 'last' | 'changed' | 'nowMs'> {
  const nowMs = Date.now();
  return {
    applied: { id, ref, commit, syncedAt: new Date(nowMs).toISOString() },
    last: { counts, drifted, durationsMs },
    changed: counts.added + counts.modified + counts.deleted,
    nowMs,
  };
}
