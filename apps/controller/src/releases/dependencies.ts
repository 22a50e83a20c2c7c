import { reasons, type Release, type SyncProfile } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import { dependencyKey } from './advanceDependencies.ts';
import type { ProfileFacts } from './candidate.ts';
import type { Rollouts } from './rollouts.ts';

/** What keeps a commit from a gateway, because others go first. */
export interface UnmetDependency {
  /** All that go first. */
  readonly profileNames: readonly string[];
  readonly reason: string;
  readonly message: string;
  /** What all those have completed: the commit that the gateway may have meanwhile. */
  readonly completed: Release | undefined;
}

/** The profiles that go before a gateway of these. One that names such a profile too does not wait for itself. */
export function dependenciesOf(profiles: readonly SyncProfile[]): readonly string[] {
  const own = new Set(profiles.map(({ metadata }) => metadata.name));
  const named = profiles.flatMap(({ spec }) => spec.dependsOn.map(({ profileName }) => profileName));
  return [...new Set(named)].filter((name) => !own.has(name));
}

/**
 * The first of the profiles' dependencies that has not completed this commit.
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
  const profileNames = dependenciesOf(profiles);
  const together = completed[dependencyKey(...profileNames)];
  // A branch that goes back to what all had had: those that have left it have to come back first.
  const meanwhile = together?.commit === commit ? undefined : together;
  for (const profileName of profileNames) {
    if (!known.has(profileName)) {
      const message = notFound(profiles, profileName);
      return { profileNames, reason: reasons.DependencyNotFound, message, completed: together };
    }
    if (completed[dependencyKey(profileName)]?.commit === commit) continue;
    const hasMembers = following.some((gateway) => gateway.profileNames.includes(profileName));
    const message = notSynced(profileName, commit, hasMembers);
    return { profileNames, reason: reasons.DependencyNotSynced, message, completed: meanwhile };
  }
  return undefined;
}

function notFound(profiles: readonly SyncProfile[], profileName: string): string {
  const by = profiles.find(({ spec }) => spec.dependsOn.some((other) => other.profileName === profileName));
  return `SyncProfile ${by?.metadata.name} depends on ${profileName}, which is not in this namespace; create it, or take it out of spec.dependsOn`;
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
