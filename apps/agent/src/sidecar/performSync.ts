import type { Audit } from '@stoker/audit';
import { reasons, type MetadataDocument, type Release } from '@stoker/crd-types';
import { isStokerError } from '@stoker/errors';
import type { Logger, Redactor } from '@stoker/logging';
import type { RevertSummary, SyncSummary } from '../worker/messages.ts';
import type { SyncWorker } from '../worker/syncWorkerClient.ts';
import { readCredentials, type MountedCredentials } from './credentials.ts';
import type { SidecarEnvironment, SidecarPaths } from './environment.ts';
import { debtAfterSync } from './gatewayDebt.ts';
import type { GatewayBeside, GatewayScans } from './gatewayScans.ts';
import type { AgentMetrics } from './metrics.ts';
import { auditSync } from './auditSync.ts';
import { buildJob } from './buildJob.ts';
import type { SyncCause } from './nextAction.ts';
import type { PodFiles } from './podFiles.ts';
import { basisOf, type GatewayDebt } from './state.ts';
import type { StateCell } from './stateCell.ts';
import { afterFailure, afterSync, type ScanResult, type SyncDone } from './transitions.ts';
import { afterRefusedByDesigners, isForDesigners } from './verify/sessionWait.ts';
import { forget } from './verify/rollBack.ts';
import { afterVerifiedSync, watchGateway, type VerifiedSync } from './verify/watchGateway.ts';

/** What to converge to, and why now. */
export interface SyncAction {
  readonly release: Release;
  readonly cause: SyncCause;
}

export interface SyncDependencies {
  readonly cell: StateCell;
  readonly environment: SidecarEnvironment;
  readonly paths: SidecarPaths;
  readonly worker: SyncWorker;
  readonly openGateway: (access: MetadataDocument['gateway'], mounted: MountedCredentials) => GatewayBeside;
  /** `cluster` refuses local and loopback repositories. */
  readonly repositoryScope: 'cluster' | 'standalone';
  readonly redactor: Redactor;
  readonly audit: Pick<Audit, 'record' | 'counts'>;
  /** How long a release waits for Designers to be closed, where its profile says so. */
  readonly sessionWaitMs: number;
  readonly log: Logger;
  /** Whether the gateway was let start. */
  readonly started: () => boolean;
  readonly metrics: AgentMetrics;
  readonly onSynced: (release: Release, summary: SyncSummary) => void;
  readonly onReverted: (reverted: RevertSummary) => void;
}

/** One sync from fetch to scan. Its outcome is a change of state; it never throws. */
export async function performSync(
  deps: SyncDependencies,
  document: MetadataDocument,
  action: SyncAction,
  signal: AbortSignal,
): Promise<void> {
  const { cell, metrics } = deps;
  const { release, cause } = action;
  const basis = basisOf(cell.state);
  const { pod } = cell.state;
  const startedAt = performance.now();
  const elapsedMs = () => Math.round(performance.now() - startedAt);
  const log = deps.log.with({ release: release.id, commit: release.commit, ref: release.ref });
  // A look every 30 s that finds nothing is no news: it shows in the status once it has something to do.
  if (cause !== 'resync') cell.update((state) => ({ ...state, activity: 'Fetching' }));
  try {
    const { summary, scan, debt, verified } = await syncAndScan(deps, document, { ...action, pod }, signal);
    const durationMs = elapsedMs();
    const { changed, ...done } = describeDone(release, summary);
    const { drifted: driftedBefore } = cell.state.last ?? {};
    metrics.countSync(summary, durationMs);
    if (scan !== undefined) metrics.countScan(scan);
    deps.onSynced(release, summary);
    const { syncRequest: request } = document;
    const { labelsHash } = pod;
    const random = Math.random();
    if (cell.state.refused !== undefined) await forget(deps);
    const [before] = cell.state.history;
    cell.update((state) => {
      const synced = afterSync(state, {
        ...done,
        changed,
        release,
        request,
        labelsHash,
        scan,
        debt,
        durationMs,
        random,
      });
      return afterVerifiedSync(synced, verified, { nowMs: Date.now(), attempt: 0, commit: release.commit, request });
    });
    auditSync(deps, document, { action, before, author: summary.author });
    if (verified?.verdict?.outcome === 'Failed')
      log.warn('the gateway has new problems', { reason: 'VerificationFailed', error: verified.verdict.message });
    if (changed > 0 || scan !== undefined || cause !== 'resync') {
      log.info('sync done', { reason: summary.outcome, count: changed, durationMs });
    }
    // Told once, not with every look.
    const { count } = summary.drifted;
    if (count > 0 && count !== driftedBefore?.count)
      log.warn('live edits found and kept', { reason: 'Drifted', count });
    if (scan?.outcome === 'Failed') log.warn('scan failed', { error: scan.message });
  } catch (error) {
    const durationMs = elapsedMs();
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
    if (failure === undefined) return log.info('sync cancelled', { durationMs });
    metrics.countFailure(failure.reason, durationMs);
    log.error('sync failed', { error, reason: failure.reason, attempt: failure.attempt, durationMs });
  }
}

/** An agent that was killed leaves its scan lock behind, for two minutes at most: whoever comes after it takes its place soon. */
const lockedAgainMs = 5_000;

function isLocked(error: unknown): boolean {
  return isStokerError(error) && error.reason === reasons.ScanLockUnavailable;
}

interface SyncAndScan {
  readonly summary: SyncSummary;
  readonly scan: ScanResult | undefined;
  readonly debt: GatewayDebt;
  /** Undefined: nothing changed that the gateway would have to be asked about. */
  readonly verified: VerifiedSync | undefined;
}

/** The gateway's scans are held from the first rename to the scan; a sync that fails in between gives them back. */
async function syncAndScan(
  deps: SyncDependencies,
  document: MetadataDocument,
  { release, cause, pod }: SyncAction & { readonly pod: PodFiles },
  signal: AbortSignal,
): Promise<SyncAndScan> {
  const { cell, paths, redactor } = deps;
  const mounted = await readCredentials(paths.credentials, redactor);
  const gateway = deps.openGateway(document.gateway, mounted);
  // A release that comes between the first boot and the restore brings it along: without it the gateway may refuse us.
  const restore = cause === 'firstBoot' || (cell.state.debt === 'restoreAndScan' && (await gateway.answers()));
  const job = buildJob(deps, document, release, { mounted, restore, pod });
  let holding: Promise<boolean> | undefined;
  const watch = watchGateway({ deps, release, gateway, restore, signal });
  try {
    const summary = await deps.worker.sync(job, {
      signal,
      onProgress: ({ phase }) => phase !== 'fetch' && cause !== 'resync' && setActivity(cell, 'Syncing'),
      beforeApply: async (touched) => {
        setActivity(cell, 'Syncing');
        await watch.before(touched);
        holding = gateway.hold();
        await holding;
      },
    });
    const isNews = summary.outcome === 'synced' || summary.recovered !== 'nothing' || restore;
    const before = cell.state.debt;
    if (!isNews || release.profile.dryRun) return { summary, scan: undefined, debt: before, verified: undefined };
    const scan = await scanNow(cell, gateway, { held: (await holding) ?? false, signal });
    const debt = debtAfterSync({ before, restored: restore, started: deps.started(), scan });
    return { summary, scan, debt, verified: await watch.after(scan) };
  } catch (error) {
    // A sync may be cancelled while the gateway still thinks about the lock; `hold` has said why where it failed.
    if (await holding?.catch(() => false)) await gateway.scan(signal);
    throw error;
  }
}

function describeDone(
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

/** Undefined: it does not answer. */
async function scanNow(
  cell: StateCell,
  gateway: GatewayScans,
  { held, signal }: { readonly held: boolean; readonly signal: AbortSignal },
): Promise<ScanResult | undefined> {
  if (!held && !(await gateway.answers())) return undefined;
  setActivity(cell, 'Scanning');
  return gateway.scan(signal);
}

function setActivity(cell: StateCell, activity: 'Syncing' | 'Scanning'): void {
  if (cell.state.activity !== activity) cell.update((state) => ({ ...state, activity }));
}
