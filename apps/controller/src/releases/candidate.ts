import { reasons, type Release, releaseId, resolveProfiles, type Stoker, type SyncProfile } from '@stoker/crd-types';
import { isStokerError, StokerError } from '@stoker/errors';
import { checkCombination } from './checkCombination.ts';
import { checkSize } from './checkSize.ts';
import { checkDependencies } from './dependencies.ts';

export interface RefAtCommit {
  readonly ref: string;
  readonly commit: string;
  /** `rollout`, when it is not given. */
  readonly source?: Release['source'];
}

/** A profile of the namespace: usable, or refused with what is wrong about it. */
export type ProfileFacts =
  | { readonly kind: 'valid'; readonly profile: SyncProfile }
  | { readonly kind: 'refused'; readonly name: string; readonly error: StokerError };

/**
 * The profiles of one gateway in the order of its annotation.
 *
 * @throws StokerError `ProfileNotFound` or `ProfileNotAccepted`, with the profile's name.
 */
export function chooseProfiles(
  names: readonly string[],
  known: ReadonlyMap<string, ProfileFacts>,
): readonly SyncProfile[] {
  return names.map((name) => {
    const facts = known.get(name);
    if (facts === undefined) {
      const existing = [...known.keys()].toSorted().join(', ');
      throw new StokerError(`there is no SyncProfile ${name} in this namespace`, {
        reason: reasons.ProfileNotFound,
        class: 'stalled',
        hint:
          existing === ''
            ? `create a SyncProfile named ${name}`
            : `create it, or name one of ${existing} in the pod annotation stoker.io/sync-profile`,
      });
    }
    if (facts.kind === 'refused') throw notAccepted(name, facts.error);
    try {
      checkDependencies(facts.profile, known);
    } catch (error) {
      throw isStokerError(error) ? notAccepted(name, error) : error;
    }
    return facts.profile;
  });
}

function notAccepted(name: string, cause: StokerError): StokerError {
  return new StokerError(`SyncProfile ${name} is not accepted: ${cause.message}`, {
    reason: reasons.ProfileNotAccepted,
    class: 'stalled',
    hint: cause.hint,
    cause,
  });
}

/**
 * The release that a gateway of these profiles would be moved to at this commit.
 *
 * @throws StokerError when the profiles do not go together, or do not fit into one document.
 */
export function makeCandidate(stoker: Stoker, profiles: readonly SyncProfile[], at: RefAtCommit): Release {
  checkCombination(profiles);
  const profile = resolveProfiles(stoker.spec, profiles);
  checkSize(profile, profiles);
  return {
    id: releaseId(at.commit, profile),
    repository: stoker.spec.git.repo,
    ref: at.ref,
    commit: at.commit,
    profileNames: profiles.map(({ metadata }) => metadata.name),
    profile,
    source: at.source ?? 'rollout',
  };
}
