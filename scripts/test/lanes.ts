// Which of the tests run side by side.
import type { Tier } from './testArguments.ts';

/** What one jest runs: a project of jest.config.mjs. */
export interface Part {
  readonly tier: Tier;
  readonly project: 'unit' | 'api' | 'e2e' | 'e2e-no-cluster';
}

/**
 * Phases come one after the other; of the last one, the lanes run side by side: pods take their time to start and to end whatever
 * the machine does, so suites of the e2e tier that need no cluster run while the cluster does.
 */
export function phasesOf(tiers: readonly Tier[]): readonly (readonly Part[])[] {
  return tiers.map((tier): readonly Part[] =>
    tier === 'e2e'
      ? [
          { tier, project: 'e2e' },
          { tier, project: 'e2e-no-cluster' },
        ]
      : [{ tier, project: tier }],
  );
}
