import { reasons, type Release, type StatusDocument } from '@stoker/crd-types';
import { isStokerError, type StokerError } from '@stoker/errors';
import type { AgentState } from '../state.ts';
import { afterFailure } from '../transitions.ts';
import type { VerificationState } from './verificationState.ts';

/** Somebody closes a Designer without telling us. */
const askAgainMs = { waiting: 5_000, refused: 30_000 };

/** Whether a sync did not come about because of open Designers. */
export function isForDesigners(error: unknown): error is StokerError {
  const { DesignerSessionOpen, DesignerSessionsUnknown } = reasons;
  return isStokerError(error) && (error.reason === DesignerSessionOpen || error.reason === DesignerSessionsUnknown);
}

/** How long the release has waited for Designers so far. */
export function waitedMs(
  { sessionWait }: Pick<VerificationState, 'sessionWait'>,
  release: Release,
  tickMs: number,
): number {
  return sessionWait?.releaseId === release.id ? tickMs - sessionWait.sinceTickMs : 0;
}

/** A new process of the pod goes on waiting where the one before it was. What another pod waited for is over. */
export function afterEarlierWait(
  state: AgentState,
  earlier: Pick<StatusDocument, 'podUID' | 'waiting'> | undefined,
  moment: { readonly nowMs: number; readonly tickMs: number },
): AgentState {
  const { releaseId, since = '' } = earlier?.waiting ?? {};
  const sinceMs = Date.parse(since);
  if (releaseId === undefined || earlier?.podUID !== state.podUID || Number.isNaN(sinceMs)) return state;
  const sinceTickMs = moment.tickMs - Math.max(0, moment.nowMs - sinceMs);
  return { ...state, sessionWait: { releaseId, sinceMs, sinceTickMs } };
}

/** State of a release that waits for Designers, or is refused because of them; the wait is measured from its beginning. */
export function afterRefusedByDesigners(
  state: AgentState,
  refused: Omit<Parameters<typeof afterFailure>[1], 'error' | 'release'> & {
    readonly release: Release;
    readonly error: StokerError;
    /** `performance.now()`. */
    readonly tickMs: number;
  },
): AgentState {
  const { release, error, nowMs, tickMs } = refused;
  const waits = error.class === 'waiting';
  const retryInMs = waits ? askAgainMs.waiting : askAgainMs.refused;
  // The refusal at the end of a wait repeats nothing: it is on record like that of a process that came to it at once.
  const isEnd = !waits && state.failure?.class === 'waiting';
  const before = isEnd ? { ...state, failure: undefined } : state;
  const { history, ...failed } = afterFailure(before, { ...refused, retryInMs });
  const isSame = state.sessionWait?.releaseId === release.id;
  return {
    ...failed,
    // Waiting is no result yet.
    history: waits ? state.history : history,
    sessionWait: isSame ? state.sessionWait : { releaseId: release.id, sinceMs: nowMs, sinceTickMs: tickMs },
  };
}
