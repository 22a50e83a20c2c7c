import { lookup } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { Agent, ProxyAgent } from 'undici';
import type { Dispatcher } from 'undici';
import { forbiddenAddress } from '../forbiddenHost.ts';
import { gitError } from '../gitError.ts';
import type { Remote, UrlScope } from '../types.ts';
import { checkCaBundle } from './checkCaBundle.ts';

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/**
 * A connection pool for one remote: its CA bundle, its proxy, and addresses that its author may ask. Close it after use.
 *
 * @throws StokerError `CertificateInvalid` for an unreadable CA bundle
 */
export function connect(remote: Remote, timeoutMs: number): Dispatcher {
  if (remote.caBundle !== undefined) checkCaBundle(remote.caBundle);
  const tls = { ...(remote.caBundle === undefined ? {} : { ca: remote.caBundle }), timeout: timeoutMs };
  const timeouts = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
  if (remote.proxy !== undefined) return new ProxyAgent({ uri: remote.proxy, requestTls: tls, ...timeouts });
  return new Agent({ connect: { ...tls, lookup: checkedLookup(remote.url.scope) }, ...timeouts });
}

function checkedLookup(scope: UrlScope) {
  return (host: string, options: LookupOptions, callback: LookupCallback): void => {
    lookup(host, options, (error, address, family) => {
      const why = error || scope === 'standalone' ? undefined : firstForbidden(address);
      if (why === undefined) callback(error, address, family);
      else callback(gitError('InvalidRepositoryUrl', `the repository's host ${host} resolves to ${why}`), '');
    });
  };
}

function firstForbidden(found: string | LookupAddress[]): string | undefined {
  const addresses = typeof found === 'string' ? [found] : found.map(({ address }) => address);
  return addresses.map(forbiddenAddress).find((why) => why !== undefined);
}
