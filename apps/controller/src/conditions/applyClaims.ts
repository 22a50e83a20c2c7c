import { setCondition } from '@stoker/kube';
import type { StokerStatus } from '@stoker/crd-types';
import type { Claim } from './claim.ts';

type Conditions = NonNullable<StokerStatus['conditions']>;

/** Sets what is claimed, removes what is claimed no longer, and leaves conditions of others alone. */
export function applyClaims(
  before: Conditions | undefined,
  claims: Readonly<Record<string, Claim | undefined>>,
  { now, observedGeneration }: { readonly now: Date; readonly observedGeneration: number },
): Conditions {
  let conditions: Conditions = (before ?? []).filter(({ type }) => !(type in claims) || claims[type] !== undefined);
  for (const [type, claim] of Object.entries(claims)) {
    if (claim === undefined) continue;
    const { status, reason, message } = claim;
    conditions = [
      ...setCondition(conditions, { type, status, reason, message: clip(message), observedGeneration }, now),
    ];
  }
  return conditions;
}

/** The API server refuses a status whose message is longer. */
function clip(message: string): string {
  return message.length <= 4096 ? message : `${message.slice(0, 4095)}…`;
}
