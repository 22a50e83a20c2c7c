import { annotations, changesName, documentKeys, labels, metadataName, statusName } from '@stoker/crd-types';
import { type ConfigMap, configMaps, keyOf } from '@stoker/kube';
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

async function publish(draft: Draft, gatewayDraft: GatewayDraft, deps: Deps): Promise<void> {
  const { stoker } = draft;
  const { gateway } = gatewayDraft;
  const cr = stoker.metadata.name;
  await ensureEmpty(draft, deps, gateway.name, statusName(cr, gateway.name), documentKinds.status);
  await ensureEmpty(draft, deps, gateway.name, changesName(cr, gateway.name), documentKinds.changes);
  const empty = frame(draft, gateway.name, metadataName(cr, gateway.name), documentKinds.metadata);
  const notes = { [annotations.serviceAccount]: gateway.pod.serviceAccountName };
  const metadata = { ...empty.metadata, annotations: notes };
  const data = { [documentKeys.metadata]: JSON.stringify(metadataDocument(stoker, gatewayDraft)) };
  const existing = deps.documents.get(keyOf(empty));
  const wasAbsent = existing?.metadata.annotations?.[annotations.absentSince] !== undefined;
  if (wasAbsent) await markAbsence(deps, existing, null);
  else if (covers(existing, { metadata, data })) return;
  // A new release changes the data alone, of many documents at once: a merge patch costs the API server a third less.
  const isDataAlone = !wasAbsent && covers(existing, { metadata });
  deps.documents.wrote(
    isDataAlone
      ? await deps.client.mergePatch(configMaps, keyOf(empty), { data }, { fieldManager })
      : await deps.client.apply(configMaps, { ...empty, metadata, data }, { fieldManager }),
  );
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
