import type { Gate, GatewayFacts, Verdict } from './gate.ts';

/**
 * A gateway follows what the gateways of the profiles that its own depends on have completed, so that a busy branch never
 * starves it. It is not taken back to wait: a commit that it has, it keeps.
 */
export const dependencies: Gate = {
  name: 'dependencies',
  newGatewayGets: 'rolledOut',
  holdsOverrides: false,
  holds: unmetDependency,
};

export function unmetDependency({
  dependency,
  candidate,
  last,
}: Pick<GatewayFacts, 'dependency' | 'candidate' | 'last'>): Verdict | undefined {
  return last?.commit === candidate?.commit ? undefined : dependency;
}
