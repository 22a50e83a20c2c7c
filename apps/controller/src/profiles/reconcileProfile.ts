import { conditionTypes, reasons, type SyncProfile, syncProfiles, type SyncProfileStatus } from '@stoker/crd-types';
import { type EventRecorder, type KubeClient, parseKey, patchStatus, type ReconcileResult } from '@stoker/kube';
import type { WriteThrough } from '../cluster/writeThrough.ts';
import { sentence } from '../sentence.ts';
import { isStokerError } from '@stoker/errors';
import { applyClaims } from '../conditions/applyClaims.ts';
import { type Claim, listed } from '../conditions/claim.ts';
import type { Announced } from '../reconcile/announced.ts';
import type { ProfileFacts } from '../releases/candidate.ts';
import { checkDependencies } from '../releases/dependencies.ts';
import { checkedProfile } from './checkProfile.ts';
import { findConflict } from './findConflict.ts';

export interface ProfileDeps {
  readonly client: KubeClient;
  readonly profiles: WriteThrough<SyncProfile>;
  /** All profiles of a namespace. */
  readonly neighbours: (namespace: string) => readonly SyncProfile[];
  /** The lists of profiles that gateways of a namespace name, in their order. */
  readonly combinations: (namespace: string) => readonly (readonly string[])[];
  readonly announced: Announced<SyncProfileStatus>;
  readonly events: EventRecorder;
  readonly now: () => Date;
}

/** Says of a profile whether it can be used, by itself and with those that gateways name beside it. Gateways take it up by their Stoker's reconcile. */
export async function reconcileProfile(key: string, deps: ProfileDeps): Promise<ReconcileResult> {
  const profile = deps.profiles.get(parseKey(key));
  if (profile === undefined || profile.metadata.deletionTimestamp !== undefined) {
    deps.announced.forget(key);
    return { kind: 'done' };
  }
  const known = new Map(
    deps.neighbours(profile.metadata.namespace ?? '').map((other) => [other.metadata.name, checkedProfile(other)]),
  );
  const facts = factsInPlace(profile, known);
  const observedGeneration = profile.metadata.generation ?? 0;
  const claims: Readonly<Record<string, Claim | undefined>> = {
    [conditionTypes.Accepted]: acceptedClaim(facts),
    [conditionTypes.NoConflicts]: conflictClaim(profile, deps),
    [conditionTypes.DependenciesMet]: dependenciesClaim(facts, known),
  };
  const conditions = applyClaims(profile.status?.conditions, claims, { now: deps.now(), observedGeneration });
  const next: SyncProfileStatus = { observedGeneration, conditions };
  const write = await patchStatus(deps.client, syncProfiles, profile, next);
  deps.profiles.wrote(write.after);
  const before = deps.announced.advance(write);
  // Not before: another try would say it again.
  for (const { type, status, reason, message } of conditions) {
    if (!(type in claims) || status === 'True' || wasSaid(before, type, message)) continue;
    deps.events.record({
      regarding: { apiVersion: `${syncProfiles.group}/${syncProfiles.version}`, kind: syncProfiles.kind, ...profile },
      type: 'Warning',
      reason,
      action: 'Check',
      note: message,
    });
  }
  return { kind: 'done' };
}

/** What the profile is worth beside the others of its namespace. */
function factsInPlace(profile: SyncProfile, known: ReadonlyMap<string, ProfileFacts>): ProfileFacts {
  const facts = checkedProfile(profile);
  if (facts.kind === 'refused') return facts;
  try {
    checkDependencies(facts.profile, known);
    return facts;
  } catch (error) {
    if (!isStokerError(error)) throw error;
    return { kind: 'refused', name: profile.metadata.name, error };
  }
}

function acceptedClaim(facts: ProfileFacts): Claim {
  if (facts.kind === 'valid') {
    return { status: 'True', reason: reasons.Succeeded, message: 'the profile can be used' };
  }
  return { status: 'False', reason: facts.error.reason, message: sentence(facts.error) };
}

/** Whether the gateways of those profiles have completed anything is said by each Stoker. */
function dependenciesClaim(facts: ProfileFacts, known: ReadonlyMap<string, ProfileFacts>): Claim | undefined {
  if (facts.kind === 'refused' || facts.profile.spec.dependsOn.length === 0) return undefined;
  const names = facts.profile.spec.dependsOn.map(({ profileName }) => profileName);
  const missing = names.filter((name) => !known.has(name));
  if (missing.length === 0) {
    return { status: 'True', reason: reasons.Succeeded, message: 'the profiles that go first are there' };
  }
  const message = `spec.dependsOn names ${listed(missing)}, which this namespace does not have; create it, or take it out`;
  return { status: 'False', reason: reasons.DependencyNotFound, message };
}

function conflictClaim({ metadata }: SyncProfile, { neighbours, combinations }: ProfileDeps): Claim {
  const namespace = metadata.namespace ?? '';
  const valid = neighbours(namespace)
    .map(checkedProfile)
    .flatMap((facts) => (facts.kind === 'valid' ? facts.profile : []));
  const known = new Map(valid.map((profile) => [profile.metadata.name, profile]));
  const conflict = findConflict(metadata.name, combinations(namespace), known);
  if (conflict !== undefined) return { status: 'False', reason: conflict.reason, message: sentence(conflict) };
  return { status: 'True', reason: reasons.Succeeded, message: 'no gateway combines it with one that claims the same' };
}

function wasSaid(status: SyncProfileStatus | undefined, type: string, message: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type && condition.message === message) ?? false;
}
