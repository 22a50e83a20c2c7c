import { reasons } from '@stoker/crd-types';
import type { Draft } from '../reconcile/draft.ts';
import { type Claim, listed } from './claim.ts';

/** Undefined: no gateway depends on any. */
export function dependenciesMet({ dependents }: Pick<Draft, 'dependents'>): Claim | undefined {
  if (dependents.length === 0) return undefined;
  const waiting = dependents.flatMap(({ gatewayName, unmet }) => (unmet === undefined ? [] : [{ gatewayName, unmet }]));
  const [first] = waiting;
  if (first === undefined) {
    const names = dependents.map(({ gatewayName }) => gatewayName);
    return { status: 'True', reason: reasons.Succeeded, message: `nothing keeps ${listed(names)} waiting` };
  }
  const said = [...Map.groupBy(waiting, ({ unmet }) => unmet.message)].map(
    ([message, members]) => `${listed(members.map(({ gatewayName }) => gatewayName))}: ${message}`,
  );
  return { status: 'False', reason: first.unmet.reason, message: said.slice(0, 5).join('; ') };
}
