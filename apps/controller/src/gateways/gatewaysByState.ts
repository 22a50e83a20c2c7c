import { conditionTypes, type DiscoveredGateway, type StokerStatus } from '@stoker/crd-types';
import { findCondition } from '@stoker/kube';

/**
 * How many gateways of a CR are in which state: the phase that its agent reports, `Held` where a newer release is held back.
 * Above 200 gateways the status lists only those that are not synced, or run another commit; of the others the synced
 * ones are known by their number, and the rest is `Unlisted`.
 */
export function gatewaysByState(status: StokerStatus | undefined): ReadonlyMap<string, number> {
  const listed = status?.discoveredGateways ?? [];
  const counts = new Map<string, number>();
  for (const { phase, held } of listed) {
    const state = held === undefined ? phase : 'Held';
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const unlisted = (status?.gatewayCount ?? 0) - listed.length;
  if (unlisted <= 0) return counts;
  const synced = Math.min(unlisted, (status?.syncedGateways ?? 0) - listed.filter(isSynced).length);
  return counts.set('Synced', (counts.get('Synced') ?? 0) + synced).set('Unlisted', unlisted - synced);
}

/** Whether it is one of those that `syncedGateways` counts. */
function isSynced({ conditions }: DiscoveredGateway): boolean {
  return findCondition(conditions, conditionTypes.Ready)?.status === 'True';
}
