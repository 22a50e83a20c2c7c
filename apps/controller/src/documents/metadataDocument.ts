import { annotations, type MetadataDocument, type Stoker } from '@stoker/crd-types';
import { repositoryAccess } from '../access/repositoryAccess.ts';
import type { GatewayDraft } from '../reconcile/draft.ts';

/** What the controller tells one gateway's agent. */
export function metadataDocument(
  stoker: Stoker,
  { gateway, decision, releaseTimes }: Pick<GatewayDraft, 'gateway' | 'decision' | 'releaseTimes'>,
): MetadataDocument {
  const { gateway: api } = stoker.spec;
  const syncRequest = stoker.metadata.annotations?.[annotations.syncNow];
  return {
    schema: 1,
    crName: stoker.metadata.name,
    gatewayName: gateway.name,
    podUID: gateway.pod.uid,
    repository: repositoryAccess(stoker, decision.release),
    gateway: { port: api.port, tls: api.tls },
    ...(decision.release === undefined ? {} : { release: decision.release }),
    ...(releaseTimes.length === 0 ? {} : { releaseTimes }),
    ...(decision.held === undefined ? {} : { held: decision.held }),
    ...(syncRequest === undefined ? {} : { syncRequest }),
  };
}
