import { conditionTypes, type DiscoveredGateway, reasons } from '@stoker/crd-types';
import { findCondition } from '@stoker/kube';
import { skewOf } from '../gateways/skew.ts';
import type { Draft } from '../reconcile/draft.ts';
import { type Claim, listed } from './claim.ts';

/** Of all gateways; since when is known of those that the status lists. */
export function refSkew(draft: Draft, listedGateways: readonly DiscoveredGateway[]): Claim {
  const { ref, target, gateways } = draft;
  if (ref.commit === undefined) {
    return { status: 'Unknown', reason: reasons.Progressing, message: `the commit of ${target.ref} is not known yet` };
  }
  const conditionsOf = new Map(listedGateways.map(({ name, conditions = [] }) => [name, conditions]));
  const skewed = gateways.flatMap((gateway) => {
    const { name } = gateway.gateway;
    const skew = skewOf(gateway, draft);
    const since = findCondition(conditionsOf.get(name) ?? [], conditionTypes.RefSkew)?.lastTransitionTime;
    return skew === undefined ? [] : [{ name, ...skew, since }];
  });
  const [first] = skewed;
  if (first === undefined) {
    return { status: 'False', reason: reasons.Succeeded, message: 'gateways that have synced run this commit' };
  }
  const said = skewed.map(
    ({ name, message, since }) => `${name} ${message}${since === undefined ? '' : `, since ${since}`}`,
  );
  return { status: 'True', reason: first.reason, message: listed(said) };
}
