import type { Release, SyncProfile } from '@stoker/crd-types';
import { isStokerError, type StokerError } from '@stoker/errors';
import { decideRelease } from '../gates/decideRelease.ts';
import { unmetDependency } from '../gates/dependencies.ts';
import type { Verdict } from '../gates/gate.ts';
import { checkedProfile } from '../profiles/checkProfile.ts';
import { advanceDependencies, dependencyKey, type Follower } from '../releases/advanceDependencies.ts';
import { assignTurns, type Contender, type Turns, withRelease } from '../releases/assignTurns.ts';
import { chooseProfiles, makeCandidate, type ProfileFacts } from '../releases/candidate.ts';
import { completedSinceMs } from '../releases/completedSince.ts';
import { contenderOf } from '../releases/contenderOf.ts';
import { dependenciesOf, findUnmet } from '../releases/dependencies.ts';
import { knownCommit } from '../releases/knownCommit.ts';
import { rolledOutTo } from '../releases/rollouts.ts';
import type { Deps } from './deps.ts';
import { done, type Draft, type GatewayDraft, type Outcome } from './draft.ts';

type KnownProfiles = ReadonlyMap<string, ProfileFacts>;

/** What it needs of all that a reconcile has. */
type Needs = Pick<Deps, 'turns' | 'now'> & {
  readonly caches: { readonly profiles: Pick<Deps['caches']['profiles'], 'list'> };
};

/** What each gateway is meant to run: its candidate through the gates, or what it had. */
export function releaseCommits(draft: Draft, deps: Needs): Outcome {
  const known: KnownProfiles = new Map(
    deps.caches.profiles.list(draft.namespace).map((profile) => [profile.metadata.name, checkedProfile(profile)]),
  );
  draft.completed = advanceDependencies(draft.rollouts, followers(draft), groupsDependedOn(draft, known));
  const candidates = new Map<string, CandidateFacts>();
  const now = deps.now();
  const factsOf = (gateway: GatewayDraft): CandidateFacts => {
    const { profileNames } = gateway.gateway;
    const at = whereTo(draft, gateway);
    const key = JSON.stringify([profileNames, at]);
    const facts = candidates.get(key) ?? candidateFor(draft, profileNames, at, known);
    candidates.set(key, facts);
    return facts;
  };
  const decided = draft.gateways.map((gateway) =>
    decide(draft, gateway, { ...factsOf(gateway), queued: undefined, now }),
  );
  const { queued, againInMs } = turnsOf(draft, decided.map(contenderOf), deps, now);
  draft.dependents = draft.gateways
    .filter(({ gateway }) => dependsOnOthers(gateway.profileNames, known))
    .map((gateway) => ({ gatewayName: gateway.gateway.name, unmet: unmetOf(gateway, factsOf(gateway)) }));
  draft.againInMs = againInMs;
  draft.gateways = decided.map((gateway) => {
    const turn = queued.get(gateway.gateway.name);
    return turn === undefined ? gateway : decide(draft, gateway, { ...factsOf(gateway), queued: turn, now });
  });
  return done;
}

/** By the Stoker's own limits; whoever passes these, by the installation's. */
function turnsOf({ key, stoker }: Draft, contenders: readonly Contender[], { turns }: Needs, now: Date): Turns {
  const own = assignTurns(contenders, stoker.spec.limits, now);
  const passed = contenders.map((contender) =>
    own.queued.has(contender.name) ? { ...contender, wants: false } : contender,
  );
  const shared = turns.take(key, passed, now);
  const times = [own.againInMs, shared.againInMs].filter((ms) => ms !== undefined);
  return {
    queued: new Map([...own.queued, ...shared.queued]),
    againInMs: times.length === 0 ? undefined : Math.min(...times),
  };
}

function followers({ gateways }: Draft): readonly Follower[] {
  return gateways
    .filter(({ override, told }) => override === undefined && told?.release?.source !== 'override')
    .map(({ gateway, told, status }) => ({ profileNames: gateway.profileNames, release: told?.release, status }));
}

/** Each profile that another depends on; and, since they have to complete one commit all together, those that a gateway goes after. */
function groupsDependedOn({ gateways }: Draft, known: KnownProfiles): readonly (readonly string[])[] {
  const valid = new Map([...known].flatMap(([name, facts]) => (facts.kind === 'valid' ? [[name, facts.profile]] : [])));
  const single = new Set([...valid.values()].flatMap((profile) => dependenciesOf([profile])));
  const combined = gateways.map(({ gateway }) =>
    dependenciesOf(gateway.profileNames.flatMap((name) => valid.get(name) ?? [])),
  );
  const groups = [...[...single].map((name) => [name]), ...combined].filter((group) => group.length > 0);
  return [...new Map(groups.map((group) => [dependencyKey(...group), group])).values()];
}

function dependsOnOthers(names: readonly string[], known: KnownProfiles): boolean {
  return names.some((name) => {
    const facts = known.get(name);
    return facts?.kind === 'valid' && facts.profile.spec.dependsOn.length > 0;
  });
}

/** A gateway on a ref of its own goes past the gate. */
function unmetOf({ override, told }: GatewayDraft, { candidate, dependency }: CandidateFacts): Verdict | undefined {
  return override === undefined ? unmetDependency({ candidate, dependency, last: told?.release }) : undefined;
}

/** What a candidate is made of; without a commit there is none. */
interface Destination {
  readonly ref: string;
  readonly commit: string | undefined;
  readonly source: 'rollout' | 'override';
}

function whereTo(draft: Draft, { override, told }: GatewayDraft): Destination {
  if (override !== undefined) return { ref: override.ref, commit: override.commit, source: 'override' };
  return { ref: draft.target.ref, commit: knownCommit(draft, told), source: 'rollout' };
}

interface CandidateFacts {
  readonly candidate: Release | undefined;
  readonly error: StokerError | undefined;
  readonly pausedProfiles: readonly string[];
  readonly dependency: Dependency | undefined;
}

interface Dependency extends Verdict {
  /** When the last of the others had completed it; undefined where that is not known. */
  readonly insteadSinceMs?: number | undefined;
}

function candidateFor(
  draft: Draft,
  names: readonly string[],
  { ref, commit, source }: Destination,
  known: KnownProfiles,
): CandidateFacts {
  try {
    const profiles = chooseProfiles(names, known);
    return {
      candidate: commit === undefined ? undefined : makeCandidate(draft.stoker, profiles, { ref, commit, source }),
      error: undefined,
      pausedProfiles: profiles.filter(({ spec }) => spec.paused).map(({ metadata }) => metadata.name),
      dependency: commit === undefined ? undefined : dependencyOf(draft, profiles, { ref, commit }, known),
    };
  } catch (error) {
    if (!isStokerError(error)) throw error;
    return { candidate: undefined, error, pausedProfiles: [], dependency: undefined };
  }
}

function dependencyOf(
  draft: Draft,
  profiles: readonly SyncProfile[],
  { ref, commit }: { readonly ref: string; readonly commit: string },
  known: KnownProfiles,
): Dependency | undefined {
  const members = draft.gateways.filter(({ override }) => override === undefined);
  const following = members.map(({ gateway }) => gateway);
  const unmet = findUnmet({ profiles, commit, known, completed: draft.completed, following });
  if (unmet === undefined) return undefined;
  const { profileNames, reason, message, completed } = unmet;
  const isOfThisRef = completed?.ref === ref && completed.repository === draft.stoker.spec.git.repo;
  if (!isOfThisRef) return { reason, message };
  const instead = makeCandidate(draft.stoker, profiles, { ref, commit: completed.commit });
  const others = members.filter(({ gateway }) => gateway.profileNames.some((name) => profileNames.includes(name)));
  const insteadSinceMs = completedSinceMs(
    others.map(({ status }) => status),
    completed.commit,
  );
  return { reason, message, instead, insteadSinceMs };
}

function decide(
  draft: Draft,
  gateway: GatewayDraft,
  facts: CandidateFacts & { readonly queued: Verdict | undefined; readonly now: Date },
): GatewayDraft {
  const { candidate, queued, pausedProfiles, error, now } = facts;
  const dependency = withoutWayBack(facts.dependency, gateway.told);
  const decision = decideRelease(
    {
      gatewayName: gateway.gateway.name,
      stokerIsPaused: draft.stoker.spec.paused,
      pausedProfiles,
      conflictingPods: gateway.gateway.conflictingPods,
      volumeWriters: gateway.gateway.volumeWriters,
      candidate,
      dependency,
      queued,
      last: gateway.told?.release,
      rolledOut: rolledOutTo(draft.rollouts, gateway.gateway.profileNames),
    },
    { now, before: gateway.told?.held },
  );
  const isNew = decision.release !== undefined && decision.release.id !== gateway.told?.release?.id;
  const before = gateway.told?.releaseTimes ?? [];
  const releaseTimes = isNew ? withRelease(before, now) : before;
  // What is known without an answer may be the commit from before the hold. A hold of this very commit was of another profile.
  const isNothingNew =
    candidate === undefined ||
    (candidate.id === gateway.told?.release?.id && candidate.commit !== gateway.told?.held?.candidate.commit);
  const keepsHold = gateway.override === undefined && error === undefined && isNothingNew && isUnanswered(draft);
  const held = keepsHold ? gateway.told?.held : decision.held;
  return {
    ...gateway,
    candidateError: gateway.override?.error ?? error,
    decision: { ...decision, held },
    releaseTimes,
  };
}

/** What the others had completed before this gateway was given its commit is older than that: it is not taken back to it. */
function withoutWayBack(dependency: Dependency | undefined, told: GatewayDraft['told']): Verdict | undefined {
  if (dependency?.instead === undefined) return dependency;
  const { reason, message, instead, insteadSinceMs } = dependency;
  const [last, givenAt] = [told?.release, told?.releaseTimes?.[0]];
  const isOnItsWay = last?.source === 'rollout' && last.ref === instead.ref && last.repository === instead.repository;
  if (!isOnItsWay || last.commit === instead.commit || insteadSinceMs === undefined || givenAt === undefined) {
    return { reason, message, instead };
  }
  return insteadSinceMs < Date.parse(givenAt) ? { reason, message } : { reason, message, instead };
}

/** Until git answers, nothing is known that could end a hold. */
function isUnanswered({ ref }: Draft): boolean {
  return (
    ref.kind === 'pending' || (ref.kind === 'failed' && isStokerError(ref.error) && ref.error.class === 'transient')
  );
}
