import { type ChangesDocument, changesName, documentKeys, parseChangesDocument } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import { configMaps } from '@stoker/kube';
import { findGateway } from '../gateway/findGateway.ts';
import type { Answer, Request } from '../run.ts';

/** `kubectl stoker diff`. */
export async function diff({ client, namespace, words: [typed = ''] }: Request): Promise<Answer> {
  const { name, stoker } = await findGateway(client, namespace, typed);
  const key = { namespace, name: changesName(stoker.metadata.name, name) };
  const text = (await client.find(configMaps, key))?.data?.[documentKeys.changes];
  if (text === undefined) {
    throw new StokerError(`gateway ${name} has not told of a sync yet`, {
      reason: 'NotSynced',
      class: 'waiting',
      hint: `kubectl stoker explain ${name} -n ${namespace}`,
    });
  }
  const changes = parseChangesDocument(text);
  return {
    text: renderChanges(name, changes),
    document: { namespace, stoker: stoker.metadata.name, gateway: name, ...changes },
    isWell: true,
  };
}

const marks = { added: '+', modified: '~', deleted: '-' } as const;

/** One line a file, below what was synced and when. */
export function renderChanges(gateway: string, { commit, at, changes, omitted }: ChangesDocument): string {
  const total = changes.length + omitted;
  return [
    `the last sync of gateway ${gateway}, to ${commit.slice(0, 8)} at ${at}, changed ${total} ${total === 1 ? 'file' : 'files'}`,
    ...changes.map(
      ({ kind, path, liveEdit }) => `${marks[kind]} ${path}${liveEdit ? '  (edited live; a copy was kept)' : ''}`,
    ),
    ...(omitted > 0 ? [`and ${omitted} more that are counted only`] : []),
  ].join('\n');
}
