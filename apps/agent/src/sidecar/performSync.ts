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
import type { StateCell } from './stateCell.ts';
import { beginAttempt, recordFailure, recordSync, type SyncAndScan, type SyncAttempt } from './syncAttempt.ts';
import type { ScanResult } from './transitions.ts';
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
  // A look every 30 s that finds nothing is no news: it shows in the status once it has something to do.
  if (action.cause !== 'resync') cell.update((state) => ({ ...state, activity: 'Fetching' }));
  try {
    await recordSync(attempt, await syncAndScan(attempt, signal));
  } catch (error) {
    recordFailure(attempt, error);
  }
}

/** The gateway's scans are held from the first rename to the scan; a sync that fails in between gives them back. */
async function syncAndScan(
  { deps, document, action: { release, cause }, pod }: SyncAttempt,
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
        await expectFirstBoot(deps);
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
