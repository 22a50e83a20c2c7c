// Which of the tests run side by side.
import type { Tier } from './testArguments.ts';

/** What one jest runs: a project of jest.config.mjs. */
export interface Part {
  readonly tier: Tier;
  readonly project: 'unit' | 'api' | 'e2e' | 'e2e-no-cluster';
}

/**
 * Lanes run side by side, the parts of each one after the other, in the order of cost. Pods take their time to start and to end
 * whatever the machine does, so all that needs no cluster runs while the cluster does.
 */
export function lanesOf(tiers: readonly Tier[]): readonly (readonly Part[])[] {
  const withoutCluster = tiers.map((tier): Part => ({ tier, project: tier === 'e2e' ? 'e2e-no-cluster' : tier }));
  const onCluster = tiers.filter((tier) => tier === 'e2e').map((tier): Part => ({ tier, project: tier }));
  return [withoutCluster, onCluster].filter((lane) => lane.length > 0);
}
