import type { Logger } from '@stoker/logging';
import { readStartMarker, writeStartMarker } from './startMarker.ts';
import { decideStart, type StartFacts } from './startPolicy.ts';
import { isOurs, type AgentState } from './state.ts';
import { isRefused } from './verify/verificationState.ts';
import type { StateCell } from './stateCell.ts';

/** Lets the gateway start, once in the life of a pod. */
export interface GatewayStart {
  /** What `/startupz` answers. */
  readonly started: boolean;
  /** As an earlier process of this pod left it: the gateway's very first start still has to be put right. */
  readonly firstBootPending: boolean;
  /** Looks at the state again; to be called after each change. */
  consider(): void;
  /** Waits until the marker is written. */
  stop(): Promise<void>;
}

export interface GatewayStartOptions {
  readonly cell: StateCell;
  readonly policy: StartFacts['policy'];
  /** Folder of the marker: an emptyDir. */
  readonly directory: string;
  readonly log: Logger;
}

export async function createGatewayStart(options: GatewayStartOptions): Promise<GatewayStart> {
  const { cell, policy, directory, log } = options;
  const marker = await readStartMarker(directory);
  const cameUpAt = performance.now();
  let started = marker !== undefined;
  let remembered = marker?.firstBootPending ?? false;
  let emptyAtFirst: boolean | undefined;
  let writing = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  function remember(firstBootPending: boolean): void {
    remembered = firstBootPending;
    writing = writing
      .then(() => writeStartMarker(directory, { firstBootPending }))
      .catch((error: unknown) => {
        log.error('start marker not written; a restarted agent will wait for a sync', { error });
      });
  }

  function start(stale: boolean): void {
    started = true;
    const { applied } = cell.state;
    log.info('gateway may start', { reason: stale ? 'Stale' : 'Synced', release: applied?.id });
    const firstBoot = emptyAtFirst === true && applied !== undefined;
    remember(firstBoot);
    const startedStaleAtMs = stale ? Date.now() : undefined;
    cell.update((state) => ({ ...state, startedStaleAtMs, debt: firstBoot ? 'restoreAndScan' : state.debt }));
  }

  function consider(): void {
    const { state } = cell;
    if (state.opened) emptyAtFirst ??= state.applied === undefined;
    if (started) {
      const pending = state.debt === 'restoreAndScan';
      if (state.opened && pending !== remembered) remember(pending);
      return;
    }
    clearTimeout(timer);
    const sinceStartMs = performance.now() - cameUpAt;
    const decision = decideStart({ ...factsOf(state), policy, startedBefore: false, sinceStartMs });
    if (decision.start) start(decision.stale);
    else if (decision.againInMs !== undefined) timer = setTimeout(consider, decision.againInMs + 1).unref();
  }

  return {
    get started() {
      return started;
    },
    firstBootPending: remembered,
    consider,
    async stop() {
      clearTimeout(timer);
      await writing;
    },
  };
}

function factsOf(state: AgentState): Pick<StartFacts, 'onDisk' | 'wanted' | 'syncedHere'> {
  const { applied, document, checkedAtMs, plannedReleaseId } = state;
  const release = isOurs(state) ? document?.release : undefined;
  // Started again from what it had gone back to: nothing better will come by itself.
  if (release !== undefined && applied !== undefined && isRefused(state, release) && applied.id !== release.id) {
    return { onDisk: applied.id, wanted: applied.id, syncedHere: applied.id };
  }
  const syncedHere = release?.profile.dryRun === true ? plannedReleaseId : applied?.id;
  return {
    onDisk: applied?.id,
    wanted: release?.id,
    syncedHere: checkedAtMs === undefined ? undefined : syncedHere,
  };
}
