import type { MetadataDocument, Release, StatusDocument } from '@stoker/crd-types';
import type { DesignerSession } from '@stoker/ignition';
import type { Touched } from '../../converge/touched.ts';
import type { Verdict } from './decideVerification.ts';
import type { GatewayView } from './judge.ts';
import type { RefusedRelease } from './refusedRelease.ts';

/** By what the release in the folder is judged, once the gateway has scanned it. */
export interface Check {
  readonly releaseId: string;
  /** Undefined: nothing to go back to. */
  readonly previousReleaseId: string | undefined;
  readonly touched: Touched;
  /** Undefined: the gateway could not be asked before the sync. */
  readonly before: GatewayView | undefined;
}

export interface Verification extends Omit<Verdict, 'next'> {
  readonly releaseId: string;
  readonly atMs: number;
  readonly attempt: number;
  /** When it is scanned and verified again. */
  readonly againAtMs: number | undefined;
  /** The gateway does not count as synced. */
  readonly failed: boolean;
}

/** Part of the agent's state. */
export interface VerificationState {
  readonly check: Check | undefined;
  readonly verification: Verification | undefined;
  readonly refused: RefusedRelease | undefined;
  /** Who had a project open that the last sync changed all the same. */
  readonly designerSessions: readonly DesignerSession[];
  /** Since when a release waits for Designers to be closed. */
  readonly sessionWait:
    | {
        readonly releaseId: string;
        /** As people are told. */
        readonly sinceMs: number;
        /** The same by the clock that nobody sets (`performance.now()`); may be before this process began. */
        readonly sinceTickMs: number;
      }
    | undefined;
}

export const nothingVerified: VerificationState = {
  check: undefined,
  verification: undefined,
  refused: undefined,
  designerSessions: [],
  sessionWait: undefined,
};

/** Whether the gateway is still to say that it bears the release, or has said that it does not. */
export function isOpen(check: Check, verification: Verification | undefined): boolean {
  if (verification?.releaseId !== check.releaseId) return true;
  return verification.outcome === 'Failed' || verification.againAtMs !== undefined;
}

/** Whether this release was taken back and nothing has come since that would justify another try. */
export function isRefused(
  {
    refused,
    applied,
    document,
  }: Pick<VerificationState, 'refused'> & {
    // An empty folder takes what it can get.
    readonly applied: object | undefined;
    readonly document: MetadataDocument | undefined;
  },
  release: Release,
): boolean {
  return applied !== undefined && refused?.releaseId === release.id && refused.request === document?.syncRequest;
}

/** State after the gateway was asked how it is; a release that it does not bear is refused from now on. */
export function afterVerdict<State extends VerificationState & Pick<StatusDocument, 'history'>>(
  state: State,
  check: Check,
  verdict: Verdict,
  moment: {
    readonly nowMs: number;
    readonly attempt: number;
    readonly commit: string;
    readonly request: string | undefined;
  },
): State {
  const { next, ...said } = verdict;
  const { nowMs, attempt, commit, request } = moment;
  const againAtMs = typeof next === 'object' ? nowMs + next.againInMs : undefined;
  const failed = next === 'fail' || next === 'rollBack' || (verdict.outcome === 'Failed' && againAtMs !== undefined);
  const verification = { ...said, releaseId: check.releaseId, atMs: nowMs, attempt: attempt + 1, againAtMs, failed };
  const refused =
    next === 'rollBack'
      ? { releaseId: check.releaseId, commit, request, message: verdict.message, sinceMs: nowMs }
      : undefined;
  const isBorne = verdict.outcome !== 'Failed' && !failed && againAtMs === undefined;
  const history = isBorne ? withVerified(state.history, check.releaseId) : state.history;
  return { ...state, check, verification, refused, history };
}

/** Others wait for what a gateway has borne; by its history they know of it also when it has gone on since. */
function withVerified(history: StatusDocument['history'], releaseId: string): StatusDocument['history'] {
  const latest = history.findIndex((entry) => entry.releaseId === releaseId && entry.outcome === 'Synced');
  return history.map((entry, index) => (index === latest ? { ...entry, verified: true } : entry));
}

/** What of it stands in the status. */
export function describeVerification({
  verification,
  designerSessions,
}: VerificationState): Pick<StatusDocument, 'verification' | 'designerSessions'> {
  return {
    ...(verification === undefined
      ? {}
      : {
          verification: {
            releaseId: verification.releaseId,
            outcome: verification.outcome,
            ...(verification.reason === undefined ? {} : { reason: verification.reason }),
            message: verification.message,
            problems: [...verification.problems],
            at: new Date(verification.atMs).toISOString(),
          },
        }),
    ...(designerSessions.length === 0 ? {} : { designerSessions: designerSessions.slice(0, 20) }),
  };
}
