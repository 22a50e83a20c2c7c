import { gatewayNameOf, profileNamesOf } from '@stoker/crd-types';
import { sentenceOf } from '../sentence.ts';
import type { PodFacts } from './podFacts.ts';
import type { SharedVolumes } from './sharedVolumes.ts';

/** One gateway as its pods show it. */
export interface Gateway {
  readonly name: string;
  /** The pod that counts: where several have one name, the one that is here to stay. */
  readonly pod: PodFacts;
  readonly profileNames: readonly string[];
  /** Live pods that claim this gateway's name, itself included; empty without a conflict. */
  readonly conflictingPods: readonly string[];
  /** Gateways that write the same volume, itself included, each with its CR; empty without a conflict. */
  readonly volumeWriters: readonly string[];
}

export interface Discovery {
  /** In the order of their names. */
  readonly gateways: readonly Gateway[];
  /** Pods whose annotations name no usable gateway. */
  readonly unusable: readonly { readonly podName: string; readonly message: string }[];
}

/**
 * Which gateways a CR has, from its pods. A pod that is being deleted gives way to any other of the same name: that is
 * a StatefulSet rolling, not a conflict. Two pods that both mean to stay are one.
 */
export function discover(
  pods: readonly PodFacts[],
  namespaceProfiles: readonly string[],
  sharedVolumes: SharedVolumes = new Map(),
): Discovery {
  const unusable: { podName: string; message: string }[] = [];
  const claims = new Map<string, PodFacts[]>();
  for (const pod of pods) {
    if (pod.isFinished || pod.sidecar.kind === 'absent') continue;
    try {
      const name = gatewayNameOf({ podName: pod.name, annotations: pod.annotations });
      claims.set(name, [...(claims.get(name) ?? []), pod]);
    } catch (error) {
      unusable.push({ podName: pod.name, message: sentenceOf(error) });
    }
  }
  const gateways = [...claims].map(([name, claimants]) => elect(name, claimants, { namespaceProfiles, sharedVolumes }));
  return { gateways: gateways.toSorted((a, b) => compare(a.name, b.name)), unusable };
}

function elect(
  name: string,
  claimants: readonly PodFacts[],
  {
    namespaceProfiles,
    sharedVolumes,
  }: { readonly namespaceProfiles: readonly string[]; readonly sharedVolumes: SharedVolumes },
): Gateway {
  const newestFirst = claimants.toSorted((a, b) => compare(b.createdAt, a.createdAt) || compare(b.uid, a.uid));
  const staying = newestFirst.filter((pod) => !pod.isTerminating);
  // In a conflict the oldest keeps the name: a newcomer must not take a running gateway's document away from it.
  const pod = staying.at(-1) ?? newestFirst[0];
  if (pod === undefined) throw new Error(`gateway ${name} is claimed by no pod`);
  return {
    name,
    pod,
    profileNames: chooseProfiles(pod, namespaceProfiles),
    conflictingPods: staying.length > 1 ? staying.map((claimant) => claimant.name).toSorted(compare) : [],
    volumeWriters: sharedVolumes.get(pod.dataVolume ?? '') ?? [],
  };
}

function chooseProfiles(pod: PodFacts, namespaceProfiles: readonly string[]): readonly string[] {
  const named = profileNamesOf(pod.annotations);
  if (named.length > 0) return named;
  const [only, ...others] = namespaceProfiles;
  return only !== undefined && others.length === 0 ? [only] : ['default'];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
