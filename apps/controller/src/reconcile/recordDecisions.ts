import { metadataName } from '@stoker/crd-types';
import { isOwnedBy } from '../documents/owner.ts';
import { readMetadata } from '../documents/readDocuments.ts';
import type { Deps } from './deps.ts';
import { done, type Draft, type GatewayDraft, type Outcome } from './draft.ts';

/** Notes what gateways were told with this reconcile, or with a write of before whose answer was lost. */
export function recordDecisions(draft: Draft, deps: Deps): Outcome {
  const { namespace, stoker } = draft;
  const told = ({ gateway }: GatewayDraft) => {
    const configMap = deps.documents.get({ namespace, name: metadataName(stoker.metadata.name, gateway.name) });
    return isOwnedBy(configMap, stoker) ? readMetadata(configMap).document : undefined;
  };
  draft.released = deps.decisions.record(draft, told, deps.now());
  return done;
}
