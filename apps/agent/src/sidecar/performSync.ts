import type { MetadataDocument, Release } from '@stoker/crd-types';
import type { Logger, Redactor } from '@stoker/logging';
import type { SyncJob } from '../converge/job.ts';
import type { SyncSummary } from '../worker/messages.ts';
import type { SyncWorker } from '../worker/syncWorkerClient.ts';
import { readCredentials, repositoryOf, type MountedCredentials } from './credentials.ts';
import type { SidecarEnvironment, SidecarPaths } from './environment.ts';
import { debtAfterSync } from './gatewayDebt.ts';
import type { GatewayScans } from './gatewayScans.ts';
import type { AgentMetrics } from './metrics.ts';
import type { SyncCause } from './nextAction.ts';
import { readPodFile } from './podFiles.ts';
import { basisOf, type GatewayDebt } from './state.ts';
import type { StateCell } from './stateCell.ts';
import { afterFailure, afterSync, type ScanResult, type SyncDone } from './transitions.ts';
import { variablesOf } from './variables.ts';

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
  readonly openGateway: (access: MetadataDocument['gateway'], mounted: MountedCredentials) => GatewayScans;
  /** `cluster` refuses local and loopback repositories. */
  readonly repositoryScope: 'cluster' | 'standalone';
  readonly redactor: Redactor;
  readonly log: Logger;
  /** Whether the gateway was let start. */
  readonly started: () => boolean;
  readonly metrics: AgentMetrics;
  readonly onSynced: (release: Release, summary: SyncSummary) => void;
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
  const startedAt = performance.now();
  const elapsedMs = () => Math.round(performance.now() - startedAt);
  const log = deps.log.with({ release: release.id, commit: release.commit, ref: release.ref });
  // A look every 30 s that finds nothing is no news: it shows in the status once it has something to do.
  if (cause !== 'resync') cell.update((state) => ({ ...state, activity: 'Fetching' }));
  try {
    const { summary, scan, debt } = await syncAndScan(deps, document, action, signal);
    const durationMs = elapsedMs();
    const { changed, ...done } = describeDone(release, summary);
    metrics.countSync(summary.outcome, durationMs);
    deps.onSynced(release, summary);
    cell.update((state) =>
      afterSync(state, {
        ...done,
        changed,
        release,
        request: document.syncRequest,
        scan,
        debt,
        durationMs,
        random: Math.random(),
      }),
    );
    if (changed > 0 || scan !== undefined || cause !== 'resync') {
      log.info('sync done', { reason: summary.outcome, count: changed, durationMs });
    }
    if (scan?.outcome === 'Failed') log.warn('scan failed', { error: scan.message });
  } catch (error) {
    const durationMs = elapsedMs();
    const moment = { nowMs: Date.now(), random: Math.random(), durationMs };
    cell.update((state) => afterFailure(state, { release, error, basis, ...moment }));
    const { failure } = cell.state;
    if (failure === undefined) return log.info('sync cancelled', { durationMs });
    metrics.countSync('failed', durationMs);
    log.error('sync failed', { error, reason: failure.reason, attempt: failure.attempt, durationMs });
  }
}

interface SyncAndScan {
  readonly summary: SyncSummary;
  readonly scan: ScanResult | undefined;
  readonly debt: GatewayDebt;
}

/** The gateway's scans are held from the first rename to the scan; a sync that fails in between gives them back. */
async function syncAndScan(
  deps: SyncDependencies,
  document: MetadataDocument,
  { release, cause }: SyncAction,
  signal: AbortSignal,
): Promise<SyncAndScan> {
  const { cell, paths, redactor } = deps;
  const mounted = await readCredentials(paths.credentials, redactor);
  const gateway = deps.openGateway(document.gateway, mounted);
  // A release that comes between the first boot and the restore brings it along: without it the gateway may refuse us.
  const restore = cause === 'firstBoot' || (cell.state.debt === 'restoreAndScan' && (await gateway.answers()));
  const job = await buildJob(deps, document, release, { mounted, restore });
  let held = false;
  try {
    const summary = await deps.worker.sync(job, {
      signal,
      onProgress: ({ phase }) => phase !== 'fetch' && cause !== 'resync' && setActivity(cell, 'Syncing'),
      beforeApply: async () => {
        setActivity(cell, 'Syncing');
        held = await gateway.hold();
      },
    });
    const isNews = summary.outcome === 'synced' || summary.recovered !== 'nothing' || restore;
    const before = cell.state.debt;
    if (!isNews || release.profile.dryRun) return { summary, scan: undefined, debt: before };
    const scan = await scanNow(cell, gateway, held);
    return { summary, scan, debt: debtAfterSync({ before, restored: restore, started: deps.started(), scan }) };
  } catch (error) {
    if (held) await gateway.scan();
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
async function scanNow(cell: StateCell, gateway: GatewayScans, held: boolean): Promise<ScanResult | undefined> {
  if (!held && !(await gateway.answers())) return undefined;
  setActivity(cell, 'Scanning');
  return gateway.scan();
}

function setActivity(cell: StateCell, activity: 'Syncing' | 'Scanning'): void {
  if (cell.state.activity !== activity) cell.update((state) => ({ ...state, activity }));
}

async function buildJob(
  { environment, paths, repositoryScope }: SyncDependencies,
  document: MetadataDocument,
  release: Release,
  { mounted, restore }: { readonly mounted: MountedCredentials; readonly restore: boolean },
): Promise<SyncJob> {
  const labels = await readPodFile(paths.pod, 'labels');
  return {
    repository: repositoryOf(document.repository, mounted, repositoryScope),
    commit: release.commit,
    ref: release.ref,
    releaseId: release.id,
    profile: restore ? { ...release.profile, driftPolicy: 'restore' } : release.profile,
    variables: variablesOf(environment, document, release, labels),
    target: environment.dataDirectory,
    cacheDirectory: `${paths.cache}/git`,
    holder: environment.podUID,
  };
}
