import { header, headerValues } from './headers.ts';
import { at, isObject, parseBody, textAt } from './payload/payload.ts';
import type { Delivery, Headers, Sender } from './types.ts';

/** Who a delivery says it is from. Forgejo and Gitea also send the headers of GitHub, so they are asked for first. */
export function claimedSender(headers: Headers): Sender {
  const has = (name: string) => headerValues(headers, name).length > 0;
  if (has('x-forgejo-event') || has('x-gitea-event') || has('x-gogs-event')) return 'gitea';
  if (has('x-gitlab-event') || has('x-gitlab-token')) return 'gitlab';
  if (has('x-github-event')) return 'github';
  if (has('x-event-key')) return 'bitbucket';
  return 'generic';
}

/** Like `claimedSender`, and tells tools without headers of their own by their payload. Only for genuine deliveries. */
export function recogniseSender(delivery: Delivery): Sender {
  const claimed = claimedSender(delivery.headers);
  if (claimed !== 'generic') return claimed;
  try {
    return senderOfPayload(parseBody(delivery.body, header(delivery.headers, 'content-type')));
  } catch {
    // Genuine and unreadable: `readEvent` says why.
    return 'generic';
  }
}

/**
 * Tools whose payload is a template of their user's are known by the objects that everybody puts there. Whoever says a
 * ref in so many words means that one.
 */
export function senderOfPayload(payload: unknown): Sender {
  if (textAt(payload, 'ref') !== undefined) return 'generic';
  const isFreight = Array.isArray(at(payload, 'commits')) && textAt(payload, 'stageName') !== undefined;
  if (isFreight || isObject(at(payload, 'freight'))) return 'kargo';
  return isObject(at(payload, 'app')) || isObject(at(payload, 'application')) ? 'argocd' : 'generic';
}
