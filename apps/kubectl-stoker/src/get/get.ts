import type { Answer, Request } from '../run.ts';
import { chooseStoker } from './chooseStoker.ts';
import { listStokers } from './listStokers.ts';
import { renderTree } from './renderTree.ts';
import { summariseStoker } from './summariseStoker.ts';

/** `kubectl stoker get`. */
export async function get({ client, namespace, words: [name], switches }: Request): Promise<Answer> {
  const everywhere = switches.has('all-namespaces');
  const where = everywhere ? undefined : namespace;
  const found = await listStokers(client, where);
  const named = name === undefined ? found : found.filter(({ metadata }) => metadata.name === name);
  const shown = name !== undefined && named.length === 0 ? [chooseStoker(found, name, where)] : named;
  const summaries = shown.map(summariseStoker);
  const nothing = everywhere
    ? 'no Stoker in this cluster'
    : `no Stoker in namespace ${namespace}; --all-namespaces looks everywhere`;
  return {
    text: summaries.length === 0 ? nothing : renderTree(summaries, { withNamespace: everywhere }),
    document: { stokers: summaries },
    isWell: true,
  };
}
