import { reasons } from '@stoker/crd-types';
import type { RevertSummary } from '../../worker/messages.ts';
import { without } from '../heldReleases.ts';
import type { AgentState } from '../state.ts';
import { historyLength, owing, type SyncDone } from '../transitions.ts';

/** The folder holds the release before again, and the refused one stays away. */
export function afterRollback(
  state: AgentState,
  done: Pick<SyncDone, 'scan' | 'debt' | 'nowMs' | 'random' | 'durationMs'> & { readonly reverted: RevertSummary },
): AgentState {
  const { reverted, scan, debt, nowMs, durationMs } = done;
  const { release, syncedAt, changed } = reverted;
  const entry = {
    at: new Date(nowMs).toISOString(),
    commit: state.refused?.commit ?? '',
    releaseId: state.refused?.releaseId ?? '',
    outcome: 'Failed' as const,
    changed,
    durationMs,
    reason: reasons.RolledBack,
  };
  return {
    ...state,
    activity: undefined,
    failure: undefined,
    applied: release && { ...release, syncedAt },
    heldReleases: without(state.heldReleases, state.refused?.releaseId ?? ''),
    check: undefined,
    ...owing({ scanFailure: undefined, askGatewayAtMs: 0 }, debt, done),
    scan: scan ?? state.scan,
    history: [entry, ...state.history].slice(0, historyLength),
  };
}

/** What had to go cannot be taken back: it stays, and the gateway counts as failed. */
export function afterRollbackRefused(state: AgentState, why: string): AgentState {
  const { verification, refused } = state;
  if (refused === undefined) return { ...state, activity: undefined };
  const { releaseId, message, sinceMs } = refused;
  return {
    ...state,
    activity: undefined,
    refused: undefined,
    verification: {
      releaseId,
      outcome: 'Failed',
      // A new process knows the refusal from its record alone.
      problems: verification?.releaseId === releaseId ? verification.problems : [],
      attempt: verification?.attempt ?? 1,
      atMs: sinceMs,
      againAtMs: undefined,
      failed: true,
      reason: reasons.RollbackFailed,
      message: `${message}; the release could not be taken back: ${why}`,
    },
  };
}
