import { timingSafeEqual } from 'node:crypto';
import {
  bearer,
  type Claim,
  isEmptySecret,
  plainHmac,
  plainToken,
  prefixedHmac,
  type RefusalReason,
  type Scheme,
  standardWebhook,
} from './schemes.ts';
import { claimedSender, recogniseSender } from './sender.ts';
import type { Delivery, Sender } from './types.ts';

export type Verdict =
  | { readonly ok: true; readonly sender: Sender }
  | { readonly ok: false; readonly reason: RefusalReason };

const githubStyle = prefixedHmac('x-hub-signature-256');
const toolSchemes = [prefixedHmac('x-stoker-signature-256'), githubStyle, standardWebhook, bearer];

/** How each sender shows that it knows the secret. Any one of them is enough. */
const schemes: Readonly<Record<Sender, readonly Scheme[]>> = {
  // What very old servers send alone, `X-Hub-Signature: sha1=…`, is refused by its name.
  github: [githubStyle, prefixedHmac('x-hub-signature')],
  gitlab: [standardWebhook, plainToken('x-gitlab-token')],
  gitea: [plainHmac('x-forgejo-signature'), plainHmac('x-gitea-signature'), plainHmac('x-gogs-signature'), githubStyle],
  bitbucket: [prefixedHmac('x-hub-signature')],
  argocd: toolSchemes,
  kargo: toolSchemes,
  generic: toolSchemes,
};

/**
 * Was this delivery made by somebody who knows one of the secrets? Give several while a secret is changed over. Empty
 * secrets never verify anything. Compares in constant time. The body is not parsed before it is known to be genuine.
 */
export function verify(
  delivery: Delivery & {
    readonly secrets: readonly string[];
    /** Milliseconds since 1970, for signatures with a timestamp; the clock's when left out. */
    readonly nowMs?: number;
  },
): Verdict {
  const secrets = delivery.secrets.filter((secret) => !isEmptySecret(secret));
  if (secrets.length === 0) return { ok: false, reason: 'SecretMissing' };
  const findings = schemes[claimedSender(delivery.headers)].flatMap(
    (scheme) => scheme(delivery, delivery.nowMs ?? Date.now()) ?? [],
  );
  const claims = findings.filter((finding) => typeof finding !== 'string');
  // Every claim is checked with every secret: how many were tried does not tell which one is right.
  const matches = claims.map((claim) => isMadeWithOneOf(claim, secrets));
  if (matches.includes(true)) return { ok: true, sender: recogniseSender(delivery) };
  if (matches.length > 0) return { ok: false, reason: 'SignatureMismatch' };
  return { ok: false, reason: findings.find((finding) => typeof finding === 'string') ?? 'SignatureMissing' };
}

function isMadeWithOneOf({ claimed, digestOf }: Claim, secrets: readonly string[]): boolean {
  const found = secrets.flatMap((secret) => {
    const digest = digestOf(secret);
    return claimed.map((candidate) => timingSafeEqual(digest, candidate));
  });
  return found.includes(true);
}
