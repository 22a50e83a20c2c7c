import { at, invalidPayload, listAt, textAt } from '../payload/payload.ts';
import { checkedRef, commitOf, place } from '../payload/refs.ts';
import { repositoryUrls } from '../payload/repositories.ts';
import type { Reader } from './reader.ts';

/** `{"ref": "v1.2.0"}`, and where it is known `commit`, `repository` (or `repositories`) and `id`. */
export const readGeneric: Reader = (payload) => {
  const ref = textAt(payload, 'ref');
  if (ref === undefined) {
    throw invalidPayload('the payload is of no known sender, and names no ref', 'send {"ref": "…"}');
  }
  const delivery = textAt(payload, 'id');
  return [
    {
      kind: 'generic',
      ...place(checkedRef(ref), commitOf(textAt(payload, 'commit'))),
      repositories: repositoryUrls([at(payload, 'repository'), ...listAt(payload, 'repositories')]),
      ...(delivery === undefined ? {} : { delivery }),
    },
  ];
};
