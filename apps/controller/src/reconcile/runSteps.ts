import { reasonOf } from '../conditions/claim.ts';
import type { Deps } from './deps.ts';
import type { Draft, Outcome } from './draft.ts';

export interface Step {
  readonly name: string;
  readonly run: (draft: Draft, deps: Deps) => Outcome | Promise<Outcome>;
}

export interface StepFailure {
  readonly step: string;
  readonly reason: string;
  readonly error: unknown;
  readonly halts: boolean;
}

/** Runs the steps in order. A failure is noted and the next step runs, so that one broken part takes no other with it. Throws
 * once the signal is aborted. */
export async function runSteps(
  steps: readonly Step[],
  draft: Draft,
  deps: Deps,
  signal: AbortSignal,
): Promise<readonly StepFailure[]> {
  const failures: StepFailure[] = [];
  for (const { name, run } of steps) {
    signal.throwIfAborted();
    const outcome = await attempt(run, draft, deps);
    if (outcome.kind === 'done') continue;
    const { error, halts } = outcome;
    failures.push({ step: name, reason: reasonOf(error), error, halts });
    if (halts) break;
  }
  return failures;
}

async function attempt(run: Step['run'], draft: Draft, deps: Deps): Promise<Outcome> {
  try {
    return await run(draft, deps);
  } catch (error) {
    return { kind: 'failed', error, halts: false };
  }
}
