import { labels } from '@stoker/crd-types';
import { type ConfigMap, configMaps } from '@stoker/kube';
import { documentKinds } from '../documents/kinds.ts';
import { crLabel, ownerOf } from '../documents/owner.ts';
import { rolloutsKey, rolloutsName, writeRollouts } from '../documents/rolloutsDocument.ts';
import { completedReleaseId } from '../gateways/completedRelease.ts';
import { advanceRollouts } from '../releases/rollouts.ts';
import { type Deps, fieldManager } from './deps.ts';
import { done, type Draft, type Outcome } from './draft.ts';

/** Remembers, across restarts, what every gateway of a profile has completed. */
export async function recordRollouts(draft: Draft, deps: Deps): Promise<Outcome> {
  // Gateways on a ref of their own say nothing about the others.
  const following = draft.gateways.filter(({ decision }) => decision.release?.source !== 'override');
  const progress = following.map(({ gateway, decision, status }) => ({
    profileNames: gateway.profileNames,
    release: decision.release,
    completedReleaseId: completedReleaseId(status),
  }));
  const rollouts = advanceRollouts(draft.completed, progress);
  if (rollouts === draft.rollouts) return done;
  draft.rollouts = rollouts;
  const configMap: ConfigMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: rolloutsName(draft.stoker.metadata.name),
      namespace: draft.namespace,
      labels: { ...crLabel(draft.stoker), [labels.document]: documentKinds.rollouts },
      ownerReferences: [ownerOf(draft.stoker)],
    },
    data: { [rolloutsKey]: writeRollouts(rollouts) },
  };
  deps.documents.wrote(await deps.client.apply(configMaps, configMap, { fieldManager }));
  return done;
}
