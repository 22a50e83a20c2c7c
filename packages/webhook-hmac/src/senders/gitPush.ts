import { at, invalidPayload, notRelevant, textAt } from '../payload/payload.ts';
import { checkedRef, commitOf, isZeroCommit, place } from '../payload/refs.ts';
import type { WebhookEvent } from '../types.ts';

/** A push as GitHub, Gitea and GitLab tell it: a full ref name, and where it is now. */
export function readPush(
  payload: unknown,
  commit: string | undefined,
  repositories: readonly string[],
): Omit<WebhookEvent, 'sender' | 'delivery'> {
  const ref = textAt(payload, 'ref');
  if (ref === undefined) throw invalidPayload('the push names no ref', 'send the payload as the git server makes it');
  if (at(payload, 'deleted') === true || isZeroCommit(textAt(payload, 'after'))) {
    throw notRelevant(`${checkedRef(ref)} was deleted`);
  }
  return {
    kind: ref.startsWith('refs/tags/') ? 'tag' : 'push',
    ...place(checkedRef(ref), commitOf(commit)),
    repositories,
  };
}
