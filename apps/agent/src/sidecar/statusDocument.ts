import { podSeen, reasons, type StatusDocument } from '@stoker/crd-types';
import { isOurs, type AgentState } from './state.ts';
import { describeVerification, isRefused } from './verify/verificationState.ts';

/** The highest metadata schema that this agent reads. */
const schemaUnderstood = 1;

export interface Identity {
  readonly podUID: string;
  readonly podName: string;
  readonly agentVersion: string;
}

/** What the controller is told: never more than the disk holds. Undefined while the document is not this pod's. */
export function describeStatus(state: AgentState, identity: Identity): StatusDocument | undefined {
  if (!isOurs(state)) return undefined;
  const { applied, last, scan } = state;
  const error = describeProblem(state);
  return {
    schema: 1,
    ...identity,
    schemaUnderstood,
    phase: phaseOf(state),
    ...(applied === undefined ? {} : { releaseId: applied.id, commit: applied.commit, ref: applied.ref }),
    ...(applied?.syncedAt === undefined ? {} : { syncedAt: applied.syncedAt }),
    profileNames: state.document?.release?.profileNames ?? [],
    ...(last === undefined ? {} : { counts: last.counts, durationsMs: last.durationsMs }),
    ...(last === undefined || last.drifted.count === 0 ? {} : { drifted: last.drifted }),
    ...(scan === undefined ? {} : { scan }),
    ...describeVerification(state),
    ...describeWait(state),
    ...(error === undefined ? {} : { error }),
    seen: podSeen(state.pod),
    history: state.history,
  };
}

/** Whether something is wrong that people should know of, also while it is tried again. */
export function isFailing(state: AgentState): boolean {
  return phaseOf({ ...state, activity: undefined }) === 'Failed';
}

function phaseOf(state: AgentState): StatusDocument['phase'] {
  const release = state.document?.release;
  if (state.activity !== undefined) return state.activity;
  if (waitsForDesigners(state)) return 'Waiting';
  if (state.failure !== undefined) return 'Failed';
  if (release === undefined) return 'Waiting';
  if (isRefused(state, release)) return 'Failed';
  if (release.profile.dryRun) return state.plannedReleaseId === release.id ? 'DryRun' : 'Waiting';
  if (state.applied?.id !== release.id) return 'Waiting';
  return state.scanFailure === undefined && !isVerifiedBad(state) ? 'Synced' : 'Failed';
}

function describeProblem(state: AgentState): StatusDocument['error'] {
  const { failure, scanFailure } = state;
  if (waitsForDesigners(state)) return undefined;
  if (failure !== undefined) {
    return {
      reason: failure.reason,
      message: failure.message,
      ...(failure.hint === undefined ? {} : { hint: failure.hint }),
      since: new Date(failure.sinceMs).toISOString(),
      attempt: failure.attempt,
      nextAttempt: new Date(failure.nextAttemptMs).toISOString(),
    };
  }
  const refusal = describeRefusal(state);
  if (refusal !== undefined) return refusal;
  if (scanFailure !== undefined) {
    return {
      reason: reasons.ScanFailed,
      message: `the files are in place, but the gateway did not scan them: ${state.scan?.message ?? 'it did not say why'}`,
      since: new Date(scanFailure.sinceMs).toISOString(),
      attempt: scanFailure.attempt,
      nextAttempt: new Date(state.askGatewayAtMs).toISOString(),
    };
  }
  if (isVerifiedBad(state)) return describeBad(state.verification);
  if (state.startedStaleAtMs === undefined || state.applied === undefined) return undefined;
  return {
    reason: 'Stale',
    message: `the gateway was started from release ${state.applied.id}, the last one that was synced completely`,
    since: new Date(state.startedStaleAtMs).toISOString(),
    attempt: 0,
  };
}

/** A release waits until a Designer is closed; that is no failure. */
function waitsForDesigners({ failure }: AgentState): boolean {
  const isForDesigners =
    failure?.reason === reasons.DesignerSessionOpen || failure?.reason === reasons.DesignerSessionsUnknown;
  return isForDesigners && failure.class === 'waiting';
}

function describeWait(state: AgentState): Pick<StatusDocument, 'waiting'> {
  const { failure, sessionWait } = state;
  if (failure === undefined || !waitsForDesigners(state)) return {};
  const { reason, message, hint, sinceMs } = failure;
  const since = new Date(sessionWait?.sinceMs ?? sinceMs).toISOString();
  const waiting = { reason, message: [message, hint].filter(Boolean).join('; '), since };
  return { waiting: sessionWait === undefined ? waiting : { ...waiting, releaseId: sessionWait.releaseId } };
}

function describeRefusal(state: AgentState): StatusDocument['error'] {
  const { refused, applied, document } = state;
  const release = document?.release;
  if (refused === undefined || release === undefined || !isRefused(state, release)) return undefined;
  const wasTakenBack = applied?.id !== refused.releaseId;
  return {
    reason: wasTakenBack ? reasons.RolledBack : reasons.VerificationFailed,
    message: wasTakenBack
      ? `the gateway runs release ${applied?.id} again; ${refused.commit.slice(0, 8)} was taken back: ${refused.message}`
      : refused.message,
    ...(wasTakenBack ? { hint: 'release another commit, or ask for one more try with stoker.io/sync-now' } : {}),
    since: new Date(refused.sinceMs).toISOString(),
    attempt: 1,
  };
}

function isVerifiedBad(
  state: AgentState,
): state is AgentState & { readonly verification: NonNullable<AgentState['verification']> } {
  return state.verification?.failed === true && state.verification.releaseId === state.applied?.id;
}

function describeBad(verification: NonNullable<AgentState['verification']>): StatusDocument['error'] {
  const { reason = reasons.VerificationFailed, message, atMs, attempt, againAtMs } = verification;
  return {
    reason,
    message,
    since: new Date(atMs).toISOString(),
    attempt,
    ...(againAtMs === undefined ? {} : { nextAttempt: new Date(againAtMs).toISOString() }),
  };
}
