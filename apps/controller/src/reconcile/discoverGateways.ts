import { annotations, labels, metadataName, statusName } from '@stoker/crd-types';
import { keyOf } from '@stoker/kube';
import { volumeKeys } from '../cluster/caches.ts';
import { isOwnedBy } from '../documents/owner.ts';
import { readMetadata, readStatus } from '../documents/readDocuments.ts';
import { readRollouts, rolloutsName } from '../documents/rolloutsDocument.ts';
import { discover } from '../gateways/discover.ts';
import { findMissingSidecars } from '../gateways/missingSidecars.ts';
import { readPod } from '../gateways/podFacts.ts';
import { findSharedVolumes } from '../gateways/sharedVolumes.ts';
import type { Deps } from './deps.ts';
import { done, type Draft, type GatewayDraft, type Outcome } from './draft.ts';

/** Which gateways there are, what each was told and what its live pod reports. From the caches alone. */
export function discoverGateways(draft: Draft, deps: Deps): Outcome {
  const { stoker, namespace } = draft;
  const crName = stoker.metadata.name;
  const found = deps.caches.agentPods.byIndex('cr', draft.key);
  const pods = found.map((pod) => readPod(pod, deps.caches.nodes));
  const profileNames = deps.caches.profiles.list(namespace).map(({ metadata }) => metadata.name);
  // Two Stokers may have a gateway each on one volume.
  const volumes = new Set(found.flatMap(volumeKeys));
  const writers = [...volumes].flatMap((volume) => deps.caches.agentPods.byIndex('volume', volume));
  const sharedVolumes = findSharedVolumes(writers.map((pod) => readPod(pod, deps.caches.nodes)));
  const { gateways, unusable } = discover(pods, profileNames, sharedVolumes);
  const document = (name: string) => {
    const configMap = deps.documents.get({ namespace, name });
    return isOwnedBy(configMap, stoker) ? configMap : undefined;
  };
  const problems = [];
  const drafts: GatewayDraft[] = [];
  for (const gateway of gateways) {
    const told = readMetadata(document(metadataName(crName, gateway.name)));
    const said = readStatus(document(statusName(crName, gateway.name)));
    problems.push(...[told.problem, said.problem].filter((problem) => problem !== undefined));
    drafts.push({
      gateway,
      told: told.document,
      status: said.document?.podUID === gateway.pod.uid ? said.document : undefined,
      override: undefined,
      candidateError: undefined,
      decision: { release: told.document?.release, held: told.document?.held },
      releaseTimes: told.document?.releaseTimes ?? [],
    });
  }
  draft.gateways = drafts;
  draft.agentImage = stoker.spec.agent.image ?? deps.agentImage;
  draft.unusablePods = unusable;
  draft.documentProblems = problems;
  draft.absent = absentGateways(draft, deps);
  draft.rollouts = readRollouts(document(rolloutsName(crName)));
  draft.completed = draft.rollouts;
  const otherPods = deps.caches.namespaces.podsWithoutLabel(namespace);
  const isOnlyStoker = deps.caches.stokers.list(namespace).length === 1;
  draft.missingSidecars = otherPods && findMissingSidecars({ crName, isOnlyStoker, agentPods: pods, otherPods });
  return done;
}

/** Gateways with documents and without a pod: one may come back, as a StatefulSet's pod does, and find its release. */
function absentGateways({ stoker, key, gateways }: Draft, deps: Deps): Draft['absent'] {
  const present = new Set(gateways.map(({ gateway }) => gateway.name));
  return deps.caches.documents.byIndex('cr', key).flatMap((cached) => {
    const gatewayName = cached.metadata.labels?.[labels.gateway];
    if (gatewayName === undefined || present.has(gatewayName)) return [];
    if (cached.metadata.name !== metadataName(stoker.metadata.name, gatewayName)) return [];
    const configMap = deps.documents.get(keyOf(cached)) ?? cached;
    if (!isOwnedBy(configMap, stoker)) return [];
    const notes = configMap.metadata.annotations ?? {};
    const since = Date.parse(notes[annotations.absentSince] ?? '');
    return [
      {
        gatewayName,
        serviceAccountName: notes[annotations.serviceAccount],
        since: Number.isNaN(since) ? undefined : new Date(since),
      },
    ];
  });
}
