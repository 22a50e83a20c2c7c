import type { Draft, GatewayDraft } from '../reconcile/draft.ts';

type Facts = Pick<Draft, 'agentImage' | 'gateways'>;

/** Gateways whose agent is of another image than new pods would get; none while that is not known. */
export function outdatedGateways({ agentImage, gateways }: Facts): readonly GatewayDraft[] {
  if (agentImage === undefined) return [];
  return gateways.filter(({ gateway: { pod } }) => !pod.isTerminating && pod.sidecarImage !== agentImage);
}

/**
 * Whose agent is upgraded next: one at a time, and the next once the agents of the new image have all started and have
 * reported, so that an image that does not work stops at the first. Undefined: nobody's now.
 */
export function nextToUpgrade(facts: Facts): GatewayDraft | undefined {
  const { agentImage, gateways } = facts;
  const outdated = outdatedGateways(facts);
  // Where somebody else changes images of pods, the one given is not the one seen: a pod is upgraded once, not for ever.
  const isDone = ({ gateway: { pod } }: GatewayDraft) => pod.agentUpgrade?.image === agentImage;
  // A pod that ends says nothing of the new image, and may hang for as long as its node is dead.
  const staying = gateways.filter(({ gateway: { pod } }) => !pod.isTerminating);
  const areWell = staying.every((one) => (outdated.includes(one) && !isDone(one)) || isWell(one, isDone(one)));
  // A sync is not broken off for it.
  return areWell ? outdated.find((one) => !isDone(one) && !isBusy(one.status?.phase)) : undefined;
}

function isWell({ gateway: { pod }, status }: GatewayDraft, wasUpgraded: boolean): boolean {
  const runs = wasUpgraded ? pod.agentUpgrade?.hasStarted === true : pod.sidecar.kind === 'running';
  return runs && status !== undefined;
}

function isBusy(phase: string | undefined): boolean {
  return phase === 'Fetching' || phase === 'Syncing' || phase === 'Scanning';
}
