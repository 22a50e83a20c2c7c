import { stokers } from '@stoker/crd-types';
import { chooseStoker } from '../get/chooseStoker.ts';
import { listStokers } from '../get/listStokers.ts';
import type { Answer, Request } from '../run.ts';

/** `kubectl stoker pause`. */
export function pause(request: Request): Promise<Answer> {
  return setPaused(request, true);
}

/** `kubectl stoker resume`. */
export function resume(request: Request): Promise<Answer> {
  return setPaused(request, false);
}

async function setPaused({ client, namespace, words: [word] }: Request, paused: boolean): Promise<Answer> {
  const { metadata, spec } = chooseStoker(await listStokers(client, namespace), word, namespace);
  const { name } = metadata;
  const wasPaused = spec.paused ?? false;
  if (wasPaused !== paused) {
    await client.mergePatch(stokers, { namespace, name }, { spec: { paused } }, { fieldManager: 'kubectl-stoker' });
  }
  const outcome = paused ? 'paused: gateways keep what they have' : 'not paused: gateways get the newest release';
  return {
    text: `Stoker ${name} is ${wasPaused === paused ? 'already ' : ''}${outcome}`,
    document: { namespace, name, paused, changed: wasPaused !== paused },
    isWell: true,
  };
}
