import { createHash, createHmac } from 'node:crypto';
import { header, headerValues } from './headers.ts';
import type { Delivery } from './types.ts';

/** Why a delivery is not taken for genuine. */
export type RefusalReason =
  /** No secret is configured, or only empty ones: nothing can be genuine. */
  | 'SecretMissing'
  /** The delivery carries no signature or token that its sender would use. */
  | 'SignatureMissing'
  /** There is one, twice, or not in the form it should have. */
  | 'SignatureMalformed'
  /** It was made with another algorithm than SHA-256. */
  | 'AlgorithmUnsupported'
  /** It is too old, or from the future: more than five minutes. */
  | 'TimestampRejected'
  /** It was not made with any of the secrets, or not over these bytes. */
  | 'SignatureMismatch';

/** What a delivery claims about its secret: digests of equal length that one secret's digest has to be among. */
export interface Claim {
  readonly claimed: readonly Buffer[];
  readonly digestOf: (secret: string) => Buffer;
}

/** One way to show a secret. Undefined: the delivery does not use it. */
export type Scheme = (delivery: Delivery, nowMs: number) => Claim | RefusalReason | undefined;

const toleranceMs = 5 * 60_000;

/** `sha256=<hex>`: HMAC of the body, with the algorithm in front (GitHub, Bitbucket). */
export const prefixedHmac = (name: string): Scheme =>
  oneValue(name, (value, { body }) => {
    const separator = value.indexOf('=');
    if (separator < 0) return 'SignatureMalformed';
    if (value.slice(0, separator) !== 'sha256') return 'AlgorithmUnsupported';
    return hexHmac(value.slice(separator + 1), body);
  });

/** `<hex>`: HMAC of the body (Gitea, Forgejo, Gogs). */
export const plainHmac = (name: string): Scheme => oneValue(name, (value, { body }) => hexHmac(value, body));

/** The secret itself (GitLab). */
export const plainToken = (name: string): Scheme => oneValue(name, tokenClaim);

/** `Authorization: Bearer <secret>`. */
export const bearer: Scheme = oneValue('authorization', (value) => {
  const token = /^Bearer +(\S+)$/i.exec(value)?.[1];
  return token === undefined ? 'SignatureMalformed' : tokenClaim(token);
});

/**
 * Standard Webhooks, which GitLab's signing tokens follow: HMAC of `id.timestamp.body` in base64, several of them
 * separated by spaces while a secret is changed over. A secret that begins with `whsec_` is base64.
 */
export const standardWebhook: Scheme = oneValue('webhook-signature', (value, { headers, body }, nowMs) => {
  const id = header(headers, 'webhook-id');
  const timestamp = header(headers, 'webhook-timestamp');
  if (id === undefined || timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return 'SignatureMalformed';
  const claimed = value.split(' ').flatMap((part) => base64Digest(part) ?? []);
  if (claimed.length === 0) return 'SignatureMalformed';
  if (Math.abs(Number(timestamp) * 1000 - nowMs) > toleranceMs) return 'TimestampRejected';
  return {
    claimed,
    digestOf: (secret) => createHmac('sha256', standardKey(secret)).update(`${id}.${timestamp}.`).update(body).digest(),
  };
});

function oneValue(
  name: string,
  read: (value: string, delivery: Delivery, nowMs: number) => Claim | RefusalReason,
): Scheme {
  return (delivery, nowMs) => {
    const [value, ...others] = headerValues(delivery.headers, name);
    if (value === undefined) return undefined;
    return others.length > 0 ? 'SignatureMalformed' : read(value, delivery, nowMs);
  };
}

function hexHmac(hex: string, body: Uint8Array): Claim | RefusalReason {
  if (!/^[0-9a-f]{64}$/i.test(hex)) return 'SignatureMalformed';
  return {
    claimed: [Buffer.from(hex, 'hex')],
    digestOf: (secret) => createHmac('sha256', secret).update(body).digest(),
  };
}

/** Digests of both sides are compared, so that not even the length of the secret shows in the time. */
function tokenClaim(token: string): Claim {
  const digestOf = (text: string) => createHash('sha256').update(text).digest();
  return { claimed: [digestOf(token)], digestOf };
}

function base64Digest(part: string): Buffer | undefined {
  return /^v1,[A-Za-z0-9+/]{43}=$/.test(part) ? Buffer.from(part.slice('v1,'.length), 'base64') : undefined;
}

/** Whether everybody knows it: there is nothing in it, or nothing behind `whsec_`. */
export function isEmptySecret(secret: string): boolean {
  return secret.trim() === '' || standardKey(secret).length === 0;
}

function standardKey(secret: string): Buffer {
  const prefix = 'whsec_';
  return secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : Buffer.from(secret);
}
