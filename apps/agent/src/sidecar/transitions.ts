import type { MetadataDocument, Release, StatusDocument } from '@stoker/crd-types';
import { describeError, isStokerError } from '@stoker/errors';
import { backoffMs } from '../backoff.ts';
import type { OpenedTarget } from '../worker/messages.ts';
import { holding } from './heldReleases.ts';
import type { AgentState, AppliedRelease, GatewayDebt, LastSync } from './state.ts';

/** The longer history stays in the logs: an entry has about 200 bytes, and the controller holds those of every gateway. */
export const historyLength = 50;
/** Until a gateway that does not answer is asked again. */
const askAgainMs = 2_000;
/** The longest time until a gateway that answered but could not scan is asked again. */
const longestScanAgainMs = 60_000;

export type ScanResult = NonNullable<StatusDocument['scan']>;

/** A release reached the folder, or was planned where the profile is a dry run. */
export interface SyncDone {
  readonly release: Release;
  readonly applied: AppliedRelease;
  readonly request: string | undefined;
  /** Of the pod's labels that templates were rendered with. */
  readonly labelsHash: string;
  readonly last: LastSync;
  readonly changed: number;
  readonly durationMs: number;
  /** Undefined: the gateway did not answer, or had nothing to scan. */
  readonly scan: ScanResult | undefined;
  readonly debt: GatewayDebt;
  readonly nowMs: number;
  readonly random: number;
}

/** State after a completed sync: a failure before it is over. */
export function afterSync(state: AgentState, done: SyncDone): AgentState {
  const { release, nowMs } = done;
  const { dryRun } = release.profile;
  // A look that found nothing changes nothing either: the status is written on change.
  const news = done.changed > 0 || (dryRun ? state.plannedReleaseId : state.applied?.id) !== release.id;
  return {
    ...withResult(state, done, news),
    failure: undefined,
    checkedAtMs: nowMs,
    lookedAtMs: undefined,
    checkedLabels: done.labelsHash,
    answeredRequest: done.request,
    applied: dryRun ? state.applied : appliedAfter(state, done, news),
    heldReleases: dryRun ? state.heldReleases : holding(state.heldReleases, release),
    plannedReleaseId: dryRun ? release.id : undefined,
    startedStaleAtMs: undefined,
  };
}

/** State after the folder was compared with what it holds, instead of the wanted release: whatever is said of that one stands. */
export function afterLook(state: AgentState, done: SyncDone): AgentState {
  return { ...withResult(state, done, done.changed > 0), lookedAtMs: done.nowMs };
}

function withResult(state: AgentState, done: SyncDone, isNews: boolean): AgentState {
  const { release, last, debt, scan } = done;
  const entry = {
    at: new Date(done.nowMs).toISOString(),
    commit: release.commit,
    releaseId: release.id,
    outcome: release.profile.dryRun ? ('DryRun' as const) : ('Synced' as const),
    changed: done.changed,
    durationMs: done.durationMs,
  };
  return {
    ...state,
    activity: undefined,
    last: isNews || state.last === undefined ? last : { ...state.last, drifted: last.drifted },
    ...owing(isNews ? { scanFailure: undefined, askGatewayAtMs: 0 } : state, debt, done),
    scan: scan ?? state.scan,
    history: isNews ? [entry, ...state.history].slice(0, historyLength) : state.history,
  };
}

/** The same commit may have come to the folder under another ref. */
function appliedAfter({ applied }: AgentState, done: SyncDone, isNews: boolean): AppliedRelease {
  return isNews || applied === undefined ? done.applied : { ...applied, ref: done.applied.ref };
}

/** State after a failed sync. A sync that we cancelled ourselves is no failure. */
export function afterFailure(
  state: AgentState,
  failed: {
    /** Undefined: the folder could not be opened. */
    readonly release: Pick<Release, 'id' | 'commit'> | undefined;
    readonly error: unknown;
    /** `basisOf` the state when the sync began. */
    readonly basis: string;
    readonly durationMs: number;
    readonly nowMs: number;
    readonly random: number;
    /** Not given: by the class of the error. */
    readonly retryInMs?: number | undefined;
  },
): AgentState {
  const { release, error, basis, nowMs } = failed;
  const { reason, message, hint } = describeError(error);
  if (reason === 'Cancelled') return { ...state, activity: undefined };
  const errorClass = isStokerError(error) ? error.class : 'transient';
  const before = state.failure?.basis === basis ? state.failure : undefined;
  const repeated = before?.reason === reason;
  const attempt = (before?.attempt ?? 0) + 1;
  const entry = release && {
    at: new Date(nowMs).toISOString(),
    commit: release.commit,
    releaseId: release.id,
    outcome: 'Failed' as const,
    changed: 0,
    durationMs: failed.durationMs,
    reason,
  };
  return {
    ...state,
    activity: undefined,
    failure: {
      reason,
      message,
      hint,
      class: errorClass,
      sinceMs: before?.sinceMs ?? nowMs,
      attempt,
      nextAttemptMs: nowMs + (failed.retryInMs ?? backoffMs(errorClass, attempt, failed.random)),
      basis,
    },
    history: repeated || entry === undefined ? state.history : [entry, ...state.history].slice(0, historyLength),
  };
}

/** The gateway was asked on its own, outside a sync. Undefined: it does not answer yet. */
export function afterAsking(
  state: AgentState,
  scan: ScanResult | undefined,
  moment: { readonly nowMs: number; readonly random: number },
): AgentState {
  const debt = scan === undefined || scan.outcome === 'Failed' ? state.debt : 'none';
  const owed = owing(state, debt, { ...moment, scan });
  return { ...state, activity: undefined, ...owed, scan: scan ?? state.scan, ...postponed(state, moment.nowMs) };
}

/** Where asking came to nothing, verifying is not due again at once. */
function postponed({ verification }: AgentState, nowMs: number): Pick<AgentState, 'verification'> {
  if (verification?.againAtMs === undefined) return { verification };
  return { verification: { ...verification, againAtMs: Math.max(verification.againAtMs, nowMs + askAgainMs) } };
}

/** When to ask the gateway for what it owes: soon while it merely does not answer, less and less often while it refuses. */
export function owing(
  { scanFailure: before, askGatewayAtMs }: Pick<AgentState, 'scanFailure' | 'askGatewayAtMs'>,
  debt: GatewayDebt,
  { scan, nowMs, random }: Pick<SyncDone, 'scan' | 'nowMs' | 'random'>,
): Pick<AgentState, 'debt' | 'askGatewayAtMs' | 'scanFailure'> {
  if (debt === 'none') return { debt, askGatewayAtMs: 0, scanFailure: undefined };
  if (scan?.outcome !== 'Failed') {
    // A look at the folder in between does not cut a back-off short.
    return { debt, askGatewayAtMs: Math.max(askGatewayAtMs, nowMs + askAgainMs), scanFailure: before };
  }
  const attempt = (before?.attempt ?? 0) + 1;
  const delayMs = Math.min(longestScanAgainMs, backoffMs('transient', attempt, random));
  return { debt, askGatewayAtMs: nowMs + delayMs, scanFailure: { sinceMs: before?.sinceMs ?? nowMs, attempt } };
}

/** The folder was looked at. What an interrupted sync had changed, a running gateway still has to scan. */
export function afterOpening(
  state: AgentState,
  opened: OpenedTarget,
  gateway: { readonly started: boolean; readonly firstBootAhead: boolean },
): AgentState {
  const { release, syncedAt, recovered } = opened;
  const applied = release === undefined ? undefined : { ...release, syncedAt };
  // The agent before this one may have been killed between its last rename and the scan: only the gateway could tell.
  const mayOwe = gateway.started && (applied !== undefined || recovered !== 'nothing');
  const owed = mayOwe ? 'scan' : 'none';
  return {
    ...state,
    opened: true,
    applied,
    failure: undefined,
    firstBootAhead: gateway.firstBootAhead,
    debt: gateway.started && gateway.firstBootAhead ? 'restoreAndScan' : owed,
  };
}

/** What was reported before this process began is this gateway's history, whichever pod of it said so. */
export function withEarlier(state: AgentState, earlier: StatusDocument | undefined): AgentState {
  if (earlier === undefined) return state;
  const { history, releaseId } = earlier;
  const synced = history.filter(({ outcome }) => outcome === 'Synced').map((entry) => entry.releaseId);
  return {
    ...state,
    history: [...state.history, ...history].slice(0, historyLength),
    reportedReleaseIds: releaseId === undefined ? synced : [releaseId, ...synced],
  };
}

/** A document arrived, changed or went. Without one the agent is idle and the folder stays as it is. */
export function withDocument(state: AgentState, document: MetadataDocument | undefined): AgentState {
  return { ...state, document };
}
