import { header } from '../headers.ts';
import { at, listAt, notRelevant, textAt } from '../payload/payload.ts';
import { branchRef, checkedRef, commitOf, place, tagRef } from '../payload/refs.ts';
import { repositoryUrls } from '../payload/repositories.ts';
import type { WebhookEvent } from '../types.ts';
import type { Reader } from './reader.ts';

type Change = Omit<WebhookEvent, 'sender' | 'delivery' | 'repositories'>;

/** Pushes of Bitbucket Cloud (`repo:push`) and Data Center (`repo:refs_changed`). One push may move several refs. */
export const readBitbucket: Reader = (payload, headers) => {
  const key = header(headers, 'x-event-key') ?? '';
  const delivery = header(headers, 'x-request-uuid') ?? header(headers, 'x-request-id');
  const repositories = repositoriesOf(payload);
  const changes = readChanges(key, payload);
  if (changes.length === 0) throw notRelevant('every ref of the push was deleted');
  return changes.map((change) => ({ ...change, repositories, ...(delivery === undefined ? {} : { delivery }) }));
};

function readChanges(key: string, payload: unknown): readonly Change[] {
  switch (key) {
    case 'diagnostics:ping':
      return [{ kind: 'ping' }];
    case 'repo:push':
      return listAt(payload, 'push', 'changes').flatMap(readCloudChange);
    case 'repo:refs_changed':
      return listAt(payload, 'changes').flatMap(readServerChange);
    default:
      throw notRelevant(`an event "${key.slice(0, 50)}" moves no ref`);
  }
}

/** `new` is null where the ref was deleted. */
function readCloudChange(change: unknown): readonly Change[] {
  const name = textAt(change, 'new', 'name');
  if (name === undefined) return [];
  const isTag = ['tag', 'annotated_tag'].includes(textAt(change, 'new', 'type') ?? '');
  const commit = commitOf(textAt(change, 'new', 'target', 'hash'));
  return [{ kind: isTag ? 'tag' : 'push', ...place(isTag ? tagRef(name) : branchRef(name), commit) }];
}

function readServerChange(change: unknown): readonly Change[] {
  const ref = textAt(change, 'ref', 'id') ?? textAt(change, 'refId');
  if (ref === undefined || at(change, 'type') === 'DELETE') return [];
  const kind = ref.startsWith('refs/tags/') ? 'tag' : 'push';
  // For a tag, the hash may be that of the tag's own object.
  const commit = kind === 'tag' ? undefined : commitOf(textAt(change, 'toHash'));
  return [{ kind, ...place(checkedRef(ref), commit) }];
}

function repositoriesOf(payload: unknown): readonly string[] {
  const links = at(payload, 'repository', 'links');
  return repositoryUrls([...listAt(links, 'clone').map((link) => at(link, 'href')), at(links, 'html', 'href')]);
}
