import type { ResolvedProfile } from '@stoker/crd-types';
import { reasons } from '@stoker/crd-types';
import type { Problem } from './judge.ts';

export type FailurePolicy = NonNullable<ResolvedProfile['verification']>['onFailure'];

/** What the gateway answered, or why it did not. */
export type Finding =
  | { readonly kind: 'problems'; readonly problems: readonly Problem[]; readonly hasBaseline: boolean }
  /** `mayPass`: it may merely be on its way down or up. */
  | { readonly kind: 'silent'; readonly message: string; readonly mayPass: boolean };

export interface VerificationFacts {
  readonly finding: Finding;
  readonly policy: FailurePolicy;
  /** How often the release was verified before this time. */
  readonly attempt: number;
  /** The folder held another release before. */
  readonly canGoBack: boolean;
}

export interface Verdict {
  readonly outcome: 'Verified' | 'Failed' | 'Unknown';
  readonly reason: string | undefined;
  readonly message: string;
  readonly problems: readonly Problem[];
  /** `fail`: the gateway does not count as synced. */
  readonly next: 'done' | 'fail' | 'rollBack' | { readonly againInMs: number };
}

/** Before each further scan; then that is the end of it. */
const againAfterMs = [5_000, 15_000, 45_000];
/** Of what is shown: a status has to be read by people. */
const mostProblems = 20;

/** What follows from what the gateway said. A gateway that says nothing is never a reason to go back. Pure. */
export function decideVerification({ finding, policy, attempt, canGoBack }: VerificationFacts): Verdict {
  const againInMs = againAfterMs[attempt];
  if (finding.kind === 'silent') {
    const next = finding.mayPass && againInMs !== undefined ? { againInMs } : 'done';
    const message = `the gateway could not be asked how it is: ${finding.message}`;
    return { outcome: 'Unknown', reason: reasons.VerificationUnknown, message, problems: [], next };
  }
  const problems = finding.problems.slice(0, mostProblems);
  const fresh = problems.filter(({ isNew }) => isNew);
  if (fresh.length > 0) {
    const facts = { outcome: 'Failed' as const, reason: reasons.VerificationFailed, problems };
    const message = describe(fresh);
    if (policy === 'report') return { ...facts, message, next: 'done' };
    if (policy === 'retry') return { ...facts, message, next: againInMs === undefined ? 'fail' : { againInMs } };
    if (canGoBack) return { ...facts, message, next: 'rollBack' };
    return { ...facts, message: `${message}; there is no release before this one to go back to`, next: 'fail' };
  }
  if (problems.length === 0) {
    return {
      outcome: 'Verified',
      reason: undefined,
      message: 'the gateway reports no problem',
      problems,
      next: 'done',
    };
  }
  if (finding.hasBaseline) {
    const message = `no new problem; not of this sync's making: ${describe(problems)}`;
    return { outcome: 'Verified', reason: undefined, message, problems, next: 'done' };
  }
  const message = `the gateway could not be asked before the sync, so these may be older: ${describe(problems)}`;
  return { outcome: 'Unknown', reason: reasons.VerificationUnknown, message, problems, next: 'done' };
}

function describe(problems: readonly Problem[]): string {
  const shown = problems.slice(0, 5).map(({ kind, subject, message }) => `${kind} ${subject}: ${message}`);
  const rest = problems.length - shown.length;
  return rest > 0 ? `${shown.join('; ')}; and ${rest} more` : shown.join('; ');
}
