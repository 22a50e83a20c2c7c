import { SignJWT } from 'jose';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { gitError } from '../gitError.ts';
import type { GitHubApp } from './types.ts';

/** Issued a minute ago, as GitHub advises against clocks that disagree; and well within the ten minutes it allows. */
const issuedBeforeMs = 60_000;
const expiresAfterMs = 8 * 60_000;

/**
 * What an App proves itself with, good for a few minutes.
 *
 * @throws StokerError `AuthenticationFailed` for a key that cannot be used; says nothing of what is in it
 */
export async function signAppJwt({ appId, privateKey }: GitHubApp, nowMs: number): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer(String(appId))
    .setIssuedAt(Math.floor((nowMs - issuedBeforeMs) / 1000))
    .setExpirationTime(Math.floor((nowMs + expiresAfterMs) / 1000))
    .sign(readKey(privateKey));
}

function readKey(pem: string): KeyObject {
  const key = parseKey(pem);
  if (key?.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048) return key;
  const what = key === undefined ? 'cannot be read' : 'is no RSA key of 2048 bits or more';
  throw gitError('AuthenticationFailed', `the private key of the GitHub App ${what}`, {
    hint: "The secret must hold the .pem file that the App's settings hand out under Private keys, unchanged.",
  });
}

function parseKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    // OpenSSL's reason names a routine of its own and helps nobody.
    return undefined;
  }
}
