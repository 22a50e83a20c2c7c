import type { Logger } from '@stoker/logging';
import { forgetFirstBoot } from './firstBoot.ts';
import { hasStartMarker, writeStartMarker } from './startMarker.ts';
import { decideStart, type StartFacts } from './startPolicy.ts';
import { isOurs, type AgentState } from './state.ts';
import { isRefused } from './verify/verificationState.ts';
import type { StateCell } from './stateCell.ts';

/** Lets the gateway start, once in the life of a pod. */
export interface GatewayStart {
  /** What `/startupz` answers. */
  readonly started: boolean;
  /** Looks at the state again; to be called after each change. */
  consider(): void;
  /** Waits until what has happened is on record. */
  stop(): Promise<void>;
}

export interface GatewayStartOptions {
  readonly cell: StateCell;
  readonly policy: StartFacts['policy'];
  /** Folder of the marker: an emptyDir. */
  readonly directory: string;
  readonly dataDirectory: string;
  readonly log: Logger;
}

export async function createGatewayStart(options: GatewayStartOptions): Promise<GatewayStart> {
  const { cell, policy, directory, dataDirectory, log } = options;
  const cameUpAt = performance.now();
  let started = await hasStartMarker(directory);
  let writing = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  function record(write: () => Promise<void>, otherwise: string): void {
    writing = writing.then(write).catch((error: unknown) => log.error(otherwise, { error }));
  }

  function start(stale: boolean): void {
    started = true;
    const { applied, firstBootAhead, refused } = cell.state;
    log.info('gateway may start', { reason: stale ? 'Stale' : 'Synced', release: applied?.id });
    record(() => writeStartMarker(directory), 'start marker not written; a restarted agent will wait for a sync');
    // What a dry run has planned is not there, and what was refused is not put back.
    const firstBoot = firstBootAhead && applied !== undefined && refused === undefined;
    const startedStaleAtMs = stale ? Date.now() : undefined;
    cell.update((state) => ({ ...state, startedStaleAtMs, debt: firstBoot ? 'restoreAndScan' : state.debt }));
  }

  /** Put right, or not to be. */
  function endFirstBoot(): void {
    record(() => forgetFirstBoot(dataDirectory), 'first start still on record; a restarted agent puts it right again');
    cell.update((state) => ({ ...state, firstBootAhead: false }));
  }

  function consider(): void {
    const { state } = cell;
    if (started) {
      if (state.firstBootAhead && state.debt !== 'restoreAndScan') endFirstBoot();
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
