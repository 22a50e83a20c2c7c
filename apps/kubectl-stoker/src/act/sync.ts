import { annotations, stokers } from '@stoker/crd-types';
import { chooseStoker } from '../get/chooseStoker.ts';
import { listStokers } from '../get/listStokers.ts';
import type { Answer, Request } from '../run.ts';

/** `kubectl stoker sync`. */
export async function sync({ client, namespace, words: [name], now }: Request): Promise<Answer> {
  const { metadata } = chooseStoker(await listStokers(client, namespace), name, namespace);
  const requestedAt = now.toISOString();
  const patch = { metadata: { annotations: { [annotations.syncNow]: requestedAt } } };
  await client.mergePatch(stokers, { namespace, name: metadata.name }, patch, { fieldManager: 'kubectl-stoker' });
  return {
    text: `Stoker ${metadata.name} was asked to sync now; see: kubectl stoker get ${metadata.name} -n ${namespace}`,
    document: { namespace, name: metadata.name, requestedAt },
    isWell: true,
  };
}
