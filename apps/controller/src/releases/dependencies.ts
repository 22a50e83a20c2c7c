import { reasons, type Release, type SyncProfile } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import { dependencyKey } from './advanceDependencies.ts';
import type { ProfileFacts } from './candidate.ts';
import type { Rollouts } from './rollouts.ts';

/** What keeps a commit from a gateway, because others go first. */
export interface UnmetDependency {
  /** Who goes first. */
  readonly profileName: string;
  readonly reason: string;
  readonly message: string;
  /** What those others have completed: the commit that the gateway may have meanwhile. */
  readonly completed: Release | undefined;
}

/**
 * The first of the profiles' dependencies that has not completed this commit. A gateway that names the other profile too
 * does not wait for itself.
 *
 * @param following gateways on the Stoker's own ref
 */
export function findUnmet(options: {
  readonly profiles: readonly SyncProfile[];
  readonly commit: string;
  readonly known: ReadonlyMap<string, ProfileFacts>;
  readonly completed: Rollouts;
  readonly following: readonly { readonly profileNames: readonly string[] }[];
}): UnmetDependency | undefined {
  const { profiles, commit, known, completed, following } = options;
  const own = new Set(profiles.map(({ metadata }) => metadata.name));
  for (const { metadata, spec } of profiles) {
    for (const { profileName } of spec.dependsOn) {
      if (own.has(profileName)) continue;
      const latest = completed[dependencyKey(profileName)];
      if (!known.has(profileName)) return notFound(metadata.name, profileName, latest);
      if (latest?.commit === commit) continue;
      const hasMembers = following.some(({ profileNames }) => profileNames.includes(profileName));
      const message = notSynced(profileName, commit, hasMembers);
      return { profileName, reason: reasons.DependencyNotSynced, message, completed: latest };
    }
  }
  return undefined;
}

function notFound(name: string, profileName: string, completed: Release | undefined): UnmetDependency {
  const message = `SyncProfile ${name} depends on ${profileName}, which is not in this namespace; create it, or take it out of spec.dependsOn`;
  return { profileName, reason: reasons.DependencyNotFound, message, completed };
}

/** Without the names of those that have not: it is written into the document of each that waits. */
function notSynced(profileName: string, commit: string, hasMembers: boolean): string {
  return hasMembers
    ? `the gateways of SyncProfile ${profileName} have not all completed ${commit.slice(0, 8)} yet`
    : `no gateway follows SyncProfile ${profileName}, which has to complete ${commit.slice(0, 8)} first; start one, or take it out of spec.dependsOn`;
}

/**
 * Dependencies have one level, which leaves no room for a cycle either.
 *
 * @throws StokerError `DependencyChain`
 */
export function checkDependencies(profile: SyncProfile, known: ReadonlyMap<string, ProfileFacts>): void {
  for (const [index, { profileName }] of profile.spec.dependsOn.entries()) {
    const other = known.get(profileName);
    const [next] = other?.kind === 'valid' ? other.profile.spec.dependsOn : [];
    if (next === undefined) continue;
    throw new StokerError(
      `spec.dependsOn[${index}] names ${profileName}, which itself depends on ${next.profileName}`,
      {
        reason: reasons.DependencyChain,
        class: 'stalled',
        hint: `dependencies have one level: let both depend on ${next.profileName}, or take one out of spec.dependsOn`,
      },
    );
  }
}
