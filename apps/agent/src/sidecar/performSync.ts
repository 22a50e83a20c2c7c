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
import { basisOf } from './state.ts';
import type { StateCell } from './stateCell.ts';
import { afterFailure, afterSync, type ScanResult } from './transitions.ts';
import { variablesOf } from './variables.ts';

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
  { release, cause }: { readonly release: Release; readonly cause: SyncCause },
  signal: AbortSignal,
): Promise<void> {
  const { cell } = deps;
  const basis = basisOf(cell.state);
  const startedAt = performance.now();
  const elapsedMs = () => Math.round(performance.now() - startedAt);
  const log = deps.log.with({ release: release.id, commit: release.commit, ref: release.ref });
  let gateway: GatewayScans | undefined;
  let held = false;
  // A look every 30 s that finds nothing is no news: it shows in the status once it has something to do.
  const isLook = cause === 'resync';
  if (!isLook) cell.update((state) => ({ ...state, activity: 'Fetching' }));
  try {
    const mounted = await readCredentials(deps.paths.credentials, deps.redactor);
    const scans = (gateway = deps.openGateway(document.gateway, mounted));
    const job = await buildJob(deps, document, release, { mounted, restore: cause === 'firstBoot' });
    const summary = await deps.worker.sync(job, {
      signal,
      onProgress: ({ phase }) => phase !== 'fetch' && !isLook && setActivity(cell, 'Syncing'),
      beforeApply: async () => {
        setActivity(cell, 'Syncing');
        held = await scans.hold();
      },
    });
    const news = summary.outcome === 'synced' || summary.recovered !== 'nothing' || cause === 'firstBoot';
    const scan = news && !release.profile.dryRun ? await scanNow(cell, scans, held) : undefined;
    held = false;
    const before = cell.state.debt;
    const debt =
      news && !release.profile.dryRun ? debtAfterSync({ before, cause, started: deps.started(), scan }) : before;
    const { counts, drifted, durationsMs } = summary;
    const changed = counts.added + counts.modified + counts.deleted;
    const nowMs = Date.now();
    const applied = {
      id: release.id,
      ref: release.ref,
      commit: release.commit,
      syncedAt: new Date(nowMs).toISOString(),
    };
    const last = { counts, drifted, durationsMs };
    const request = document.syncRequest;
    deps.onSynced(release, summary);
    deps.metrics.countSync(summary.outcome, elapsedMs());
    cell.update((state) =>
      afterSync(state, { release, applied, request, last, changed, durationMs: elapsedMs(), scan, debt, nowMs }),
    );
    if (changed > 0 || scan !== undefined || cause !== 'resync') {
      log.info('sync done', { reason: summary.outcome, count: changed, durationMs: elapsedMs() });
    }
    if (scan?.outcome === 'Failed') log.warn('scan failed', { error: scan.message });
  } catch (error) {
    if (held && gateway !== undefined) await gateway.scan();
    cell.update((state) =>
      afterFailure(state, {
        release,
        error,
        basis,
        durationMs: elapsedMs(),
        nowMs: Date.now(),
        random: Math.random(),
      }),
    );
    const { failure } = cell.state;
    if (failure === undefined) return log.info('sync cancelled', { durationMs: elapsedMs() });
    deps.metrics.countSync('failed', elapsedMs());
    log.error('sync failed', { error, reason: failure.reason, attempt: failure.attempt, durationMs: elapsedMs() });
  }
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
