import { reasons, type StatusDocument } from '@stoker/crd-types';
import { isOurs, type AgentState } from './state.ts';

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
    ...(error === undefined ? {} : { error }),
    history: state.history,
  };
}

function phaseOf(state: AgentState): StatusDocument['phase'] {
  const release = state.document?.release;
  if (state.activity !== undefined) return state.activity;
  if (state.failure !== undefined) return 'Failed';
  if (release === undefined) return 'Waiting';
  if (release.profile.dryRun) return state.plannedReleaseId === release.id ? 'DryRun' : 'Waiting';
  if (state.applied?.id !== release.id) return 'Waiting';
  return state.scanFailure === undefined ? 'Synced' : 'Failed';
}

function describeProblem(state: AgentState): StatusDocument['error'] {
  const { failure, scanFailure } = state;
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
  if (scanFailure !== undefined) {
    return {
      reason: reasons.ScanFailed,
      message: `the files are in place, but the gateway did not scan them: ${state.scan?.message ?? 'it did not say why'}`,
      since: new Date(scanFailure.sinceMs).toISOString(),
      attempt: scanFailure.attempt,
      nextAttempt: new Date(state.askGatewayAtMs).toISOString(),
    };
  }
  if (state.startedStaleAtMs === undefined || state.applied === undefined) return undefined;
  return {
    reason: 'Stale',
    message: `the gateway was started from release ${state.applied.id}, the last one that was synced completely`,
    since: new Date(state.startedStaleAtMs).toISOString(),
    attempt: 0,
  };
}
