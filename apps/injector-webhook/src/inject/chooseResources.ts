import { annotations, profileNamesOf, type Stoker, type SyncProfile } from '@stoker/crd-types';
import type { Pod } from './pod.ts';
import { found, type Outcome, refuse } from './verdict.ts';

/** What the pod's namespace holds. */
export interface NamespaceFacts {
  readonly stokers: readonly Stoker[];
  readonly profiles: readonly SyncProfile[];
}

/** The profile a pod gets that names none, where the namespace holds several. */
const defaultProfile = 'default';

/** Chooses the pod's `Stoker`, and makes sure that its profiles exist. */
export function chooseStoker(pod: Pod, namespace: string, facts: NamespaceFacts): Outcome<Stoker> {
  const stoker = findStoker(pod, namespace, facts.stokers);
  if (!stoker.ok) return stoker;
  const missing = missingProfile(pod, facts.profiles);
  if (missing === undefined) return stoker;
  const known = facts.profiles.map((profile) => `"${profile.metadata.name}"`).join(', ') || 'none';
  return refuse(
    'ProfileNotFound',
    `namespace "${namespace}" has no SyncProfile "${missing}" (it has: ${known}); create it, or set annotation ` +
      `${annotations.syncProfile} to one that exists`,
  );
}

function findStoker(pod: Pod, namespace: string, stokers: readonly Stoker[]): Outcome<Stoker> {
  const names =
    stokers
      .map((stoker) => `"${stoker.metadata.name}"`)
      .sort()
      .join(', ') || 'none';
  const wanted = pod.metadata.annotations?.[annotations.crName];
  if (wanted !== undefined) {
    const named = stokers.find((stoker) => stoker.metadata.name === wanted);
    if (named) return found(named);
    return refuse(
      'StokerNotFound',
      `namespace "${namespace}" has no Stoker "${wanted}" (it has: ${names}); create it, or correct annotation ${annotations.crName}`,
    );
  }
  const [only, ...others] = stokers;
  if (!only) {
    return refuse(
      'StokerNotFound',
      `namespace "${namespace}" has no Stoker; create one before its gateways, or remove annotation ${annotations.inject}`,
    );
  }
  if (others.length === 0) return found(only);
  return refuse(
    'StokerAmbiguous',
    `namespace "${namespace}" has several Stokers (${names}); set annotation ${annotations.crName} to one of them`,
  );
}

function missingProfile(pod: Pod, profiles: readonly SyncProfile[]): string | undefined {
  const exists = (name: string) => profiles.some((profile) => profile.metadata.name === name);
  const named = profileNamesOf(pod.metadata.annotations ?? {});
  if (named.length > 0) return named.find((name) => !exists(name));
  return profiles.length === 1 || exists(defaultProfile) ? undefined : defaultProfile;
}
