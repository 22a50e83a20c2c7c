import { annotations, changesName, documentKeys, labels, metadataName, statusName } from '@stoker/crd-types';
import { type ConfigMap, configMaps } from '@stoker/kube';
import { covers } from '../documents/covers.ts';
import { metadataDocument } from '../documents/metadataDocument.ts';
import { documentKinds } from '../documents/kinds.ts';
import { markAbsence } from '../documents/markAbsence.ts';
import { crLabel, isOwnedBy, ownerOf } from '../documents/owner.ts';
import { createLimiter } from '../refs/limiter.ts';
import { type Deps, fieldManager } from './deps.ts';
import { done, type Draft, type GatewayDraft, type Outcome } from './draft.ts';

/** Requests at one time for one CR. */
const concurrency = 16;

/**
 * One metadata document a gateway, written only when it says something new; beside it, empty, the two that the agent
 * fills: it cannot create them itself.
 */
export async function publishMetadata(draft: Draft, deps: Deps): Promise<Outcome> {
  const limit = createLimiter(concurrency);
  const results = await Promise.allSettled(draft.gateways.map((gateway) => limit(() => publish(draft, gateway, deps))));
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (errors.length > 0) throw errors[0];
  return done;
}

async function publish(draft: Draft, { gateway, decision }: GatewayDraft, deps: Deps): Promise<void> {
  const { stoker } = draft;
  const cr = stoker.metadata.name;
  await ensureEmpty(draft, deps, gateway.name, statusName(cr, gateway.name), documentKinds.status);
  await ensureEmpty(draft, deps, gateway.name, changesName(cr, gateway.name), documentKinds.changes);
  const document = metadataDocument(stoker, gateway, decision);
  const desired: ConfigMap = {
    ...frame(draft, gateway.name, metadataName(cr, gateway.name), documentKinds.metadata),
    data: { [documentKeys.metadata]: JSON.stringify(document) },
  };
  const complete: ConfigMap = {
    ...desired,
    metadata: { ...desired.metadata, annotations: { [annotations.serviceAccount]: gateway.pod.serviceAccountName } },
  };
  const existing = deps.documents.get({ namespace: draft.namespace, name: desired.metadata.name });
  if (existing?.metadata.annotations?.[annotations.absentSince] !== undefined) {
    await markAbsence(deps, existing, null);
  } else if (existing !== undefined && covers(existing, complete)) return;
  deps.documents.wrote(await deps.client.apply(configMaps, complete, { fieldManager }));
}

async function ensureEmpty(draft: Draft, deps: Deps, gatewayName: string, name: string, kind: string): Promise<void> {
  const key = { namespace: draft.namespace, name };
  const existing = kind === documentKinds.changes ? deps.caches.changes.get(key) : deps.documents.get(key);
  if (isOwnedBy(existing, draft.stoker)) return;
  const written = await deps.client.apply(configMaps, frame(draft, gatewayName, name, kind), { fieldManager });
  if (kind !== documentKinds.changes) deps.documents.wrote(written);
}

function frame(draft: Draft, gatewayName: string, name: string, kind: string): ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace: draft.namespace,
      labels: { ...crLabel(draft.stoker), [labels.gateway]: gatewayName, [labels.document]: kind },
      ownerReferences: [ownerOf(draft.stoker)],
    },
  };
}
