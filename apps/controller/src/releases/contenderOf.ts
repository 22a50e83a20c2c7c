import {
  labels,
  type MetadataDocument,
  metadataName,
  type StatusDocument,
  type Stoker,
  statusName,
} from '@stoker/crd-types';
import type { ConfigMap } from '@stoker/kube';
import { isOwnedBy } from '../documents/owner.ts';
import { readMetadata, readStatus } from '../documents/readDocuments.ts';
import { completedReleaseId, hasPlanned } from '../gateways/completedRelease.ts';
import type { GatewayDraft } from '../reconcile/draft.ts';
import type { Contender } from './assignTurns.ts';

/** Before limits are looked at. What goes past the gates takes a place, and waits for none. */
export function contenderOf({ gateway, told, status, decision }: GatewayDraft): Contender {
  const { release } = decision;
  return {
    name: gateway.name,
    wants: release?.source === 'rollout' && release.id !== told?.release?.id,
    isUnderWay: gateway.pod.sidecar.kind === 'running' && isUnderWay(told, status),
    releaseTimes: timesOf(told),
  };
}

/** The same from its documents alone, for a Stoker whose pods nobody has looked at yet: it wants nothing before that. */
export function documentedContenders(stoker: Stoker, configMaps: readonly ConfigMap[]): readonly Contender[] {
  const own = new Map(configMaps.filter((map) => isOwnedBy(map, stoker)).map((map) => [map.metadata.name, map]));
  return [...own.values()].flatMap((configMap) => {
    const name = configMap.metadata.labels?.[labels.gateway];
    if (name === undefined || configMap.metadata.name !== metadataName(stoker.metadata.name, name)) return [];
    const told = readMetadata(configMap).document;
    const status = readStatus(own.get(statusName(stoker.metadata.name, name))).document;
    return [{ name, wants: false, isUnderWay: isUnderWay(told, status), releaseTimes: timesOf(told) }];
  });
}

function isUnderWay(told: MetadataDocument | undefined, status: StatusDocument | undefined): boolean {
  const last = told?.release;
  const isOver = last === undefined || completedReleaseId(status) === last.id || hasPlanned(status, last);
  return !isOver && status?.error === undefined && status?.waiting === undefined;
}

function timesOf(told: MetadataDocument | undefined): readonly Date[] {
  return (told?.releaseTimes ?? []).map((at) => new Date(at));
}
