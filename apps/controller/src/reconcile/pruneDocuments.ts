import { changesName, metadataName, statusName } from '@stoker/crd-types';
import { configMaps } from '@stoker/kube';
import { markAbsence } from '../documents/markAbsence.ts';
import { isOwnedBy } from '../documents/owner.ts';
import type { Deps } from './deps.ts';
import { done, type Draft, type Outcome } from './draft.ts';

/**
 * For how long the documents of a gateway without a pod are kept. A StatefulSet scaled down for a long weekend, or a
 * node that is away for some days, still finds its last release.
 */
const keptForMs = 7 * 24 * 3600 * 1000;

/** Notes since when gateways are gone, and after a week deletes what is kept for them. */
export async function pruneDocuments(draft: Draft, deps: Deps): Promise<Outcome> {
  const { namespace, stoker } = draft;
  const cr = stoker.metadata.name;
  for (const { gatewayName, since } of draft.absent) {
    const metadata = deps.documents.get({ namespace, name: metadataName(cr, gatewayName) });
    if (metadata === undefined || !isOwnedBy(metadata, stoker)) continue;
    if (since === undefined) await markAbsence(deps, metadata, deps.now());
    else if (deps.now().getTime() - since.getTime() > keptForMs) {
      // The metadata goes last: while it is there, a run that was cut short is taken up again.
      for (const name of [statusName(cr, gatewayName), changesName(cr, gatewayName), metadataName(cr, gatewayName)]) {
        await deps.client.delete(configMaps, { namespace, name });
      }
      deps.logger.info('documents of a vanished gateway deleted', { stoker: draft.key, gateway: gatewayName });
    }
  }
  return done;
}
