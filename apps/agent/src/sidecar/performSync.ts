import type { Audit } from '@stoker/audit';
import type { MetadataDocument, Release } from '@stoker/crd-types';
import type { Logger, Redactor } from '@stoker/logging';
import type { RevertSummary, SyncSummary } from '../worker/messages.ts';
import type { SyncWorker } from '../worker/syncWorkerClient.ts';
import { readCredentials, type MountedCredentials } from './credentials.ts';
import type { SidecarEnvironment, SidecarPaths } from './environment.ts';
import { debtAfterSync } from './gatewayDebt.ts';
import { expectFirstBoot } from './firstBoot.ts';
import type { GatewayBeside, GatewayScans } from './gatewayScans.ts';
import type { AgentMetrics } from './metrics.ts';
import { buildJob } from './buildJob.ts';
import type { SyncCause } from './nextAction.ts';
import { scanAfterFailure } from './scanAfterFailure.ts';
import type { StateCell } from './stateCell.ts';
import { recordFailedLook, recordLook } from './recordLook.ts';
import { beginAttempt, recordFailure, recordSync, type SyncAndScan, type SyncAttempt } from './syncAttempt.ts';
import type { ScanResult } from './transitions.ts';
import { expectVerdict } from './verify/pendingCheck.ts';
import { watchGateway } from './verify/watchGateway.ts';

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
  const { cell } = deps;
  const attempt = beginAttempt(deps, document, action);
  const isLook = action.cause === 'look';
  // A look every 30 s that finds nothing is no news: it shows in the status once it has something to do.
  if (!isQuiet(action)) cell.update((state) => ({ ...state, activity: 'Fetching' }));
  try {
    const result = await syncAndScan(attempt, signal);
    if (isLook) recordLook(attempt, result);
    else await recordSync(attempt, result);
  } catch (error) {
    if (isLook) recordFailedLook(attempt, error);
    else recordFailure(attempt, error);
  }
}

/** The gateway's scans are held from the first rename to the scan; a sync that fails in between gives them back. */
async function syncAndScan({ deps, document, action, pod }: SyncAttempt, signal: AbortSignal): Promise<SyncAndScan> {
  const { cell, paths, redactor } = deps;
  const { release, cause } = action;
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
      onProgress: ({ phase }) => phase !== 'fetch' && !isQuiet(action) && setActivity(cell, 'Syncing'),
      beforeApply: async (touched) => {
        setActivity(cell, 'Syncing');
        await watch.before(touched);
        await expectFirstBoot(deps);
        holding = gateway.hold();
        await holding;
        if (cause !== 'look') await expectVerdict(deps, watch.check());
      },
    });
    const isNews = summary.outcome === 'synced' || summary.recovered !== 'nothing' || restore;
    const before = cell.state.debt;
    if (!isNews || release.profile.dryRun) return { summary, scan: undefined, debt: before, verified: undefined };
    const scan = await scanNow(cell, gateway, { held: (await holding) ?? false, signal });
    const debt = debtAfterSync({ before, restored: restore, started: deps.started(), scan });
    // What was put back was verified when it came.
    return { summary, scan, debt, verified: cause === 'look' ? undefined : await watch.after(scan) };
  } catch (error) {
    await scanAfterFailure(deps, gateway, { holding, signal });
    throw error;
  }
}

function isQuiet({ cause }: SyncAction): boolean {
  return cause === 'resync' || cause === 'look';
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
