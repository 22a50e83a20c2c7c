import { gatewayNameOf } from '@stoker/crd-types';
import type { PodFacts } from './podFacts.ts';

/** The gateways of a namespace that write one volume, by that volume. */
export type SharedVolumes = ReadonlyMap<string, readonly string[]>;

/**
 * Volumes that several gateways write, and their names, among pods of one namespace. Pods of one name are no news here, and one that is
 * being deleted or has ended makes way.
 */
export function findSharedVolumes(pods: readonly PodFacts[]): SharedVolumes {
  const writers = new Map<string, Set<string>>();
  for (const { name, annotations, crName = '', dataVolume, isTerminating, isFinished, sidecar } of pods) {
    if (dataVolume === undefined || isTerminating || isFinished || sidecar.kind === 'absent') continue;
    const gateway = nameOf(name, annotations);
    if (gateway === undefined) continue;
    writers.set(dataVolume, (writers.get(dataVolume) ?? new Set()).add(`${gateway} of ${crName}`));
  }
  return new Map(
    [...writers].filter(([, names]) => names.size > 1).map(([volume, names]) => [volume, [...names].toSorted()]),
  );
}

/** Undefined: it names no usable gateway, which discovery says. */
function nameOf(podName: string, annotations: PodFacts['annotations']): string | undefined {
  try {
    return gatewayNameOf({ podName, annotations });
  } catch {
    return undefined;
  }
}
