import type { Release } from '@stoker/crd-types';
import { heldInstead } from './heldReleases.ts';
import { basisOf, isOurs, type AgentState } from './state.ts';
import { isRefused } from './verify/verificationState.ts';

/** A failure may end with a change of the mounted credentials, which nothing announces. */
const credentialsCheckMs = 5_000;

/** `look`: the wanted release does not come to the folder, which is compared with the one that it holds. */
export type SyncCause = 'newRelease' | 'requested' | 'resync' | 'firstBoot' | 'look';

/** What the folder holds and has to go. */
export type RefusedInFolder = Pick<Release, 'id' | 'repository' | 'ref' | 'commit'>;

export type Action =
  /** Look at the folder first: finish or undo what was interrupted. */
  | { readonly kind: 'open' }
  | { readonly kind: 'sync'; readonly release: Release; readonly cause: SyncCause }
  /** Take the refused release back. */
  | { readonly kind: 'rollBack'; readonly release: RefusedInFolder }
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
  const retryAtMs = retryTime(state);
  // Whatever has come since: only then is there a good gateway again that the next release can be measured against.
  const bad = release.profile.dryRun ? undefined : findRefused(state, release);
  if (bad !== undefined && retryAtMs <= nowMs) return { kind: 'rollBack', release: bad };
  const cause = bad === undefined ? whySync(state, release, nowMs) : undefined;
  if (cause !== undefined && retryAtMs <= nowMs) return { kind: 'sync', release, cause };
  const inDebt = state.debt !== 'none' && !release.profile.dryRun;
  // The restore after a first start is a sync: one that has failed is not due before its back-off is over.
  const payAtMs = state.debt === 'restoreAndScan' ? Math.max(state.askGatewayAtMs, retryAtMs) : state.askGatewayAtMs;
  const askAtMs = Math.min(inDebt ? payAtMs : Number.POSITIVE_INFINITY, verifyTime(state, release));
  if (askAtMs <= nowMs) return { kind: 'askGateway', release };
  const held = release.profile.dryRun || bad !== undefined ? undefined : heldInstead(state, release);
  const lookAtMs = held === undefined ? Number.POSITIVE_INFINITY : lookTime(state, held, nowMs);
  if (held !== undefined && lookAtMs <= nowMs) return { kind: 'sync', release: held, cause: 'look' };
  const syncAtMs = cause === undefined ? resyncTime(state, release) : wakeForRetry(state, retryAtMs, nowMs);
  const untilMs = Math.min(bad === undefined ? syncAtMs : retryAtMs, askAtMs, lookAtMs);
  return { kind: 'wait', untilMs: untilMs === Number.POSITIVE_INFINITY ? undefined : untilMs };
}

/** One that cannot be taken back, try after try, keeps nothing away that may mend the gateway. */
const mostRollbackTries = 3;

function findRefused(
  { refused, applied, failure }: AgentState,
  { id: wanted, repository }: Release,
): RefusedInFolder | undefined {
  if (refused === undefined || applied?.id !== refused.releaseId) return undefined;
  if (wanted !== applied.id && failure !== undefined && failure.attempt >= mostRollbackTries) return undefined;
  const { id, ref, commit } = applied;
  return { id, ref, commit, repository };
}

/** A gateway in debt is verified with the scan that it owes. */
function verifyTime({ verification, applied, debt }: AgentState, release: Release): number {
  if (debt !== 'none' || applied?.id !== release.id || verification?.releaseId !== release.id) {
    return Number.POSITIVE_INFINITY;
  }
  return verification.againAtMs ?? Number.POSITIVE_INFINITY;
}

/** A release that was refused is left alone: comparing the folder with it would find everything changed. */
function whySync(state: AgentState, release: Release, nowMs: number): SyncCause | undefined {
  if (isRefused(state, release)) return undefined;
  const done = release.profile.dryRun ? state.plannedReleaseId : state.applied?.id;
  if (done !== release.id) return 'newRelease';
  const request = state.document?.syncRequest;
  if (request !== undefined && request !== state.answeredRequest) return 'requested';
  if (state.checkedLabels !== state.pod.labelsHash || isUnderAnotherRef(state, release)) return 'resync';
  // A clock that was set back makes the last look one of the future.
  const isPast = state.checkedAtMs === undefined || state.checkedAtMs <= nowMs;
  return !isPast || resyncTime(state, release) <= nowMs ? 'resync' : undefined;
}

/** The same commit, and so the same release, under another ref: templates may have used its name. */
function isUnderAnotherRef({ applied }: AgentState, release: Release): boolean {
  return !release.profile.dryRun && applied !== undefined && applied.ref !== release.ref;
}

/**
 * The folder on disk is compared once at the start of a process, then every `syncPeriod` seconds, and after a failure as
 * soon as its back-off allows: also when the release is again the one that the folder holds.
 */
function resyncTime(state: AgentState, release: Release): number {
  if (isRefused(state, release)) return Number.POSITIVE_INFINITY;
  if (state.checkedAtMs === undefined || state.failure !== undefined) return 0;
  return state.checkedAtMs + release.profile.syncPeriod * 1000;
}

/** Live edits are found as often as if the release that the folder holds were the wanted one. */
function lookTime({ checkedAtMs, lookedAtMs }: AgentState, held: Release, nowMs: number): number {
  const lastMs = lookedAtMs ?? checkedAtMs ?? 0;
  // A clock that was set back.
  return lastMs > nowMs ? nowMs : lastMs + held.profile.syncPeriod * 1000;
}

function retryTime({ failure, ...state }: AgentState): number {
  if (failure === undefined) return 0;
  return failure.basis === basisOf({ ...state, failure }) ? failure.nextAttemptMs : 0;
}

function wakeForRetry(state: AgentState, retryAtMs: number, nowMs: number): number {
  return state.failure === undefined ? retryAtMs : Math.min(retryAtMs, nowMs + credentialsCheckMs);
}
