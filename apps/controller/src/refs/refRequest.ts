import type { Remote } from '@stoker/gitref';
import { createHash } from 'node:crypto';

export interface RefRequest {
  readonly remote: Remote;
  readonly ref: string;
  /** Undefined: only when asked. */
  readonly pollIntervalMs: number | undefined;
}

/** Equal for CRs that would ask the same server the same question with the same access. */
export function keyOfRequest({ remote, ref }: RefRequest): string {
  const { url, credentials, knownHosts, caBundle, proxy } = remote;
  // Hashed, so that no credential is kept as the key of a map.
  return createHash('sha256')
    .update(JSON.stringify([url.href, ref, credentials, knownHosts, caBundle, proxy]))
    .digest('base64');
}
