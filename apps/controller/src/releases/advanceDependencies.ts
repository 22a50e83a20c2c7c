import type { Release, StatusDocument } from '@stoker/crd-types';
import { completedReleaseId } from '../gateways/completedRelease.ts';
import type { Rollouts } from './rollouts.ts';

/** A gateway on the CR's own ref: what it was told, and what its live pod says. */
export interface Follower {
  readonly profileNames: readonly string[];
  readonly release: Release | undefined;
  readonly status: StatusDocument | undefined;
}

/** Where it is kept what all gateways that name one of these profiles have completed. No profile has a name with a space in it. */
export function dependencyKey(...profileNames: readonly string[]): string {
  return `all of ${profileNames.toSorted().join(' ')}`;
}

/**
 * For each of these groups of profiles the newest commit that all gateways that name one of the group, with whatever others,
 * have completed. They may be on their way to newer ones, and at different places, all the time. The same object when nothing
 * changed.
 */
export function advanceDependencies(
  before: Rollouts,
  followers: readonly Follower[],
  groups: Iterable<readonly string[]>,
): Rollouts {
  const complete = [...groups].flatMap((group) => {
    const key = dependencyKey(...group);
    const ofEach = group.map((name) => followers.filter(({ profileNames }) => profileNames.includes(name)));
    // A profile that nobody follows has completed nothing.
    if (ofEach.some((members) => members.length === 0)) return [];
    const release = newestOfAll([...new Set(ofEach.flat())], before[key]);
    return release === undefined || isSamePlace(before[key], release) ? [] : [[key, release] as const];
  });
  return complete.length === 0 ? before : { ...before, ...Object.fromEntries(complete) };
}

type Told = Follower & { readonly release: Release };
type Completed = Pick<Release, 'id' | 'commit'>;

function newestOfAll(members: readonly Follower[], before: Release | undefined): Release | undefined {
  const told = members.filter((member): member is Told => member.release !== undefined);
  const [first, ...others] = told;
  if (first === undefined || told.length < members.length) return undefined;
  if (others.some(({ release }) => !isSameBranch(release, first.release))) return undefined;
  const lists = told.map((member) => completedSince(member, before));
  const shared = (lists[0] ?? []).flatMap((completed) => {
    const places = lists.map((list) => list.findIndex(({ commit }) => commit === completed.commit));
    return places.includes(-1) || !isOfBranch(completed, told, before) ? [] : [{ completed, age: Math.max(...places) }];
  });
  const newest = shared.toSorted((a, b) => a.age - b.age)[0]?.completed;
  return newest && { ...first.release, ...newest };
}

/** Newest first, back to what all had completed before: what is older is no news, also after a branch went back to it. */
function completedSince({ release, status }: Told, before: Release | undefined): readonly Completed[] {
  if (status === undefined || status.ref !== release.ref) return [];
  const id = completedReleaseId(status);
  if (id === undefined || status.commit === undefined) return [];
  // A commit that has to be borne is in the history also where it was not.
  const isBorneAnyhow = (release.profile.verification?.onFailure ?? 'report') === 'report';
  const earlier = status.history.filter(
    ({ outcome, verified }) => outcome === 'Synced' && (isBorneAnyhow || verified === true),
  );
  const completed = [
    { id, commit: status.commit },
    ...earlier.map(({ releaseId, commit }) => ({ id: releaseId, commit })),
  ].filter(
    // The commit that it was told, with the profile that it was told it with.
    (one) => one.commit !== release.commit || one.id === release.id,
  );
  const end = completed.findIndex(({ commit }) => commit === before?.commit);
  return end === -1 ? completed : completed.slice(0, end + 1);
}

/** A history does not say of which ref and repository a commit was. */
function isOfBranch({ commit }: Completed, told: readonly Told[], before: Release | undefined): boolean {
  const [first] = told;
  if (told.some(({ release }) => release.commit === commit)) return true;
  if (before !== undefined && before.repository !== first?.release.repository) return false;
  return before?.ref === first?.release.ref || told.some(({ status }) => status?.commit === commit);
}

function isSameBranch(a: Release | undefined, b: Release): boolean {
  return a?.ref === b.ref && a.repository === b.repository;
}

function isSamePlace(a: Release | undefined, b: Release): boolean {
  return isSameBranch(a, b) && a?.commit === b.commit;
}
