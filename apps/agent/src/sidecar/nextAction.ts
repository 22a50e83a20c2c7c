import type { Release } from '@stoker/crd-types';
import { basisOf, isOurs, type AgentState } from './state.ts';

/** A stalled failure may end with a change of the mounted credentials, which nothing announces. */
const credentialsCheckMs = 5_000;

export type SyncCause = 'newRelease' | 'requested' | 'resync' | 'firstBoot';

export type Action =
  /** Look at the folder first: finish or undo what was interrupted. */
  | { readonly kind: 'open' }
  | { readonly kind: 'sync'; readonly release: Release; readonly cause: SyncCause }
  /** Ask whether the gateway answers; when it does, let it scan. */
  | { readonly kind: 'askGateway'; readonly release: Release }
  /** Until then, or until something changes. */
  | { readonly kind: 'wait'; readonly untilMs: number | undefined };

/** The agent's one decision. Pure. */
export function nextAction(state: AgentState, nowMs: number): Action {
  const release = state.document?.release;
  if (!state.opened) {
    const openAtMs = retryTime(state);
    return openAtMs <= nowMs ? { kind: 'open' } : { kind: 'wait', untilMs: openAtMs };
  }
  if (!isOurs(state) || release === undefined) return { kind: 'wait', untilMs: undefined };
  const cause = whySync(state, release, nowMs);
  const retryAtMs = retryTime(state);
  if (cause !== undefined && retryAtMs <= nowMs) return { kind: 'sync', release, cause };
  const inDebt = state.debt !== 'none' && !release.profile.dryRun;
  if (inDebt && state.askGatewayAtMs <= nowMs) return { kind: 'askGateway', release };
  const moments = [
    cause === undefined ? resyncTime(state, release) : wakeForRetry(state, retryAtMs, nowMs),
    inDebt ? state.askGatewayAtMs : Number.POSITIVE_INFINITY,
  ];
  return { kind: 'wait', untilMs: Math.min(...moments) };
}

function whySync(state: AgentState, release: Release, nowMs: number): SyncCause | undefined {
  const done = release.profile.dryRun ? state.plannedReleaseId : state.applied?.id;
  if (done !== release.id) return 'newRelease';
  const request = state.document?.syncRequest;
  if (request !== undefined && request !== state.answeredRequest) return 'requested';
  return resyncTime(state, release) <= nowMs ? 'resync' : undefined;
}

/**
 * The folder on disk is compared once at the start of a process, then every `syncPeriod` seconds, and after a failure as
 * soon as its back-off allows: also when the release is again the one that the folder holds.
 */
function resyncTime(state: AgentState, release: Release): number {
  if (state.checkedAtMs === undefined || state.failure !== undefined) return 0;
  return state.checkedAtMs + release.profile.syncPeriod * 1000;
}

function retryTime({ failure, ...state }: AgentState): number {
  if (failure === undefined) return 0;
  return failure.basis === basisOf({ ...state, failure }) ? failure.nextAttemptMs : 0;
}

function wakeForRetry(state: AgentState, retryAtMs: number, nowMs: number): number {
  return state.failure?.class === 'stalled' ? Math.min(retryAtMs, nowMs + credentialsCheckMs) : retryAtMs;
}
