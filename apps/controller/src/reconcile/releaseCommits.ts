import type { Release } from '@stoker/crd-types';
import { isStokerError, type StokerError } from '@stoker/errors';
import { decideRelease } from '../gates/decideRelease.ts';
import { chooseProfiles, makeCandidate, type ProfileFacts } from '../releases/candidate.ts';
import { knownCommit } from '../releases/knownCommit.ts';
import { profileKey } from '../releases/rollouts.ts';
import { checkedProfile } from '../profiles/checkProfile.ts';
import type { Deps } from './deps.ts';
import { done, type Draft, type GatewayDraft, type Outcome } from './draft.ts';

/** What each gateway is meant to run: its candidate through the gates, or what it had. */
export function releaseCommits(draft: Draft, deps: Deps): Outcome {
  const profiles = new Map(
    deps.caches.profiles.list(draft.namespace).map((profile) => [profile.metadata.name, checkedProfile(profile)]),
  );
  const candidates = new Map<string, CandidateFacts>();
  draft.gateways = draft.gateways.map((gateway) => {
    const { profileNames } = gateway.gateway;
    const commit = knownCommit(draft, gateway.told);
    const key = `${profileKey(profileNames)} ${commit ?? ''}`;
    const facts = candidates.get(key) ?? candidateFor(draft, profileNames, commit, profiles);
    candidates.set(key, facts);
    return decide(draft, gateway, facts, deps.now());
  });
  return done;
}

interface CandidateFacts {
  readonly candidate: Release | undefined;
  readonly error: StokerError | undefined;
  readonly pausedProfiles: readonly string[];
}

function candidateFor(
  draft: Draft,
  names: readonly string[],
  commit: string | undefined,
  known: ReadonlyMap<string, ProfileFacts>,
): CandidateFacts {
  try {
    const profiles = chooseProfiles(names, known);
    return {
      candidate:
        commit === undefined ? undefined : makeCandidate(draft.stoker, profiles, { ref: draft.target.ref, commit }),
      error: undefined,
      pausedProfiles: profiles.filter(({ spec }) => spec.paused).map(({ metadata }) => metadata.name),
    };
  } catch (error) {
    if (!isStokerError(error)) throw error;
    return { candidate: undefined, error, pausedProfiles: [] };
  }
}

function decide(draft: Draft, gateway: GatewayDraft, facts: CandidateFacts, now: Date): GatewayDraft {
  const decision = decideRelease(
    {
      gatewayName: gateway.gateway.name,
      stokerIsPaused: draft.stoker.spec.paused,
      pausedProfiles: facts.pausedProfiles,
      conflictingPods: gateway.gateway.conflictingPods,
      candidate: facts.candidate,
      last: gateway.told?.release,
      rolledOut: draft.rollouts[profileKey(gateway.gateway.profileNames)],
    },
    { now, before: gateway.told?.held },
  );
  return { ...gateway, profileError: facts.error, decision };
}
