import { setCondition } from '@stoker/kube';
import type { StokerStatus } from '@stoker/crd-types';
import { clip } from '../clip.ts';
import type { Claim } from './claim.ts';

/** The API server refuses a status whose message is longer. */
const mostCharacters = 4096;

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
      ...setCondition(
        conditions,
        { type, status, reason, message: clip(message, mostCharacters), observedGeneration },
        now,
      ),
    ];
  }
  return conditions;
}
