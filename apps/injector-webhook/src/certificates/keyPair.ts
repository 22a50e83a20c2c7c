import { X509Certificate, createPrivateKey } from 'node:crypto';
import type { KeyPair } from '../admission/server.ts';

/** Undefined when certificate and key cannot be read or do not belong together, as while one of two files is written. */
export function checkKeyPair(cert: string, key: string): KeyPair | undefined {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)) ? { cert, key } : undefined;
  } catch {
    // Half a PEM file throws; the caller keeps the pair it has.
    return undefined;
  }
}

/** When the certificate ends, in milliseconds since the epoch. */
export function expiresAt(cert: string): number {
  return new X509Certificate(cert).validToDate.getTime();
}
