import { profileNamesOf, reasons, type SyncProfile } from '@stoker/crd-types';
import { isStokerError, type StokerError } from '@stoker/errors';
import type { Pod } from '../gateways/podFacts.ts';
import { checkCombination } from '../releases/checkCombination.ts';

/**
 * What keeps this profile from being used together with others as gateways name them: the first conflict, in the order of
 * `combinations`. Combinations with a profile that is not there are no business of this one.
 */
export function findConflict(
  name: string,
  combinations: readonly (readonly string[])[],
  known: ReadonlyMap<string, SyncProfile>,
): StokerError | undefined {
  for (const names of combinations) {
    if (!names.includes(name)) continue;
    const profiles = names.map((other) => known.get(other)).filter((profile) => profile !== undefined);
    if (profiles.length < names.length) continue;
    try {
      checkCombination(profiles);
    } catch (error) {
      if (!isStokerError(error)) throw error;
      if (error.reason === reasons.ProfilesConflict) return error;
    }
  }
  return undefined;
}

/** The lists of several profiles that pods name, each once. */
export function profileCombinations(pods: readonly Pod[]): readonly (readonly string[])[] {
  const named = pods
    .map(({ metadata }) => profileNamesOf(metadata.annotations ?? {}))
    .filter((names) => names.length > 1);
  return [...new Map(named.map((names) => [names.join(), names])).values()];
}
