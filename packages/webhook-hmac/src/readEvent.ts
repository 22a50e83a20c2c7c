import { header } from './headers.ts';
import { parseBody } from './payload/payload.ts';
import { claimedSender, senderOfPayload } from './sender.ts';
import { readArgocd } from './senders/argocd.ts';
import { readBitbucket } from './senders/bitbucket.ts';
import { readGeneric } from './senders/generic.ts';
import { readGitea } from './senders/gitea.ts';
import { readGithub } from './senders/github.ts';
import { readGitlab } from './senders/gitlab.ts';
import { readKargo } from './senders/kargo.ts';
import type { Reader } from './senders/reader.ts';
import type { Delivery, Sender, WebhookEvent } from './types.ts';

const readers: Readonly<Record<Sender, Reader>> = {
  github: readGithub,
  gitlab: readGitlab,
  gitea: readGitea,
  bitbucket: readBitbucket,
  argocd: readArgocd,
  kargo: readKargo,
  generic: readGeneric,
};

/**
 * What a delivery says: one event for each ref it is about, at least one. Only Bitbucket, Argo CD and Kargo ever put
 * several into one delivery. Call it after `verify`.
 *
 * @throws StokerError `EventNotRelevant` when it says nothing about where a ref is now (a deletion, an issue, a draft),
 * `InvalidPayload` when it cannot be read
 */
export function readEvents({ headers, body }: Delivery): readonly WebhookEvent[] {
  const payload = parseBody(body, header(headers, 'content-type'));
  const claimed = claimedSender(headers);
  const sender = claimed === 'generic' ? senderOfPayload(payload) : claimed;
  return readers[sender](payload, headers).map((event) => ({ sender, ...event }));
}

/** The first event of a delivery, which for most senders is the only one. Throws like `readEvents`. */
export function readEvent(delivery: Delivery): WebhookEvent {
  const [event] = readEvents(delivery);
  if (event === undefined) throw new TypeError('a reader answered no event');
  return event;
}
