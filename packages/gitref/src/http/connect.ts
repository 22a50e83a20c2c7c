import { lookup as resolveName } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { Agent, ProxyAgent } from 'undici';
import type { Dispatcher } from 'undici';
import { forbiddenAddress } from '../forbiddenHost.ts';
import { gitError } from '../gitError.ts';
import type { Remote, UrlScope } from '../types.ts';
import { checkCaBundle } from './checkCaBundle.ts';
import { checkProxy } from './checkProxy.ts';

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/**
 * A connection pool for one remote: its CA bundle, its proxy, and addresses that its author may ask. Close it after use.
 *
 * @throws StokerError `CertificateInvalid` for an unreadable CA bundle, `InvalidProxy`
 */
export function connect(remote: Remote, timeoutMs: number): Dispatcher {
  if (remote.caBundle !== undefined) checkCaBundle(remote.caBundle);
  const tls = { ...(remote.caBundle === undefined ? {} : { ca: remote.caBundle }), timeout: timeoutMs };
  const timeouts = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
  const lookup = checkedLookup(remote.url.scope);
  if (remote.proxy === undefined) return new Agent({ connect: { ...tls, lookup }, ...timeouts });
  checkProxy(remote.proxy, remote.url.scope);
  return new ProxyAgent({ uri: remote.proxy, requestTls: tls, proxyTls: { lookup }, ...timeouts });
}

function checkedLookup(scope: UrlScope) {
  return (host: string, options: LookupOptions, callback: LookupCallback): void => {
    resolveName(host, options, (error, address, family) => {
      const why = error || scope === 'standalone' ? undefined : firstForbidden(address);
      if (why === undefined) callback(error, address, family);
      else callback(gitError('InvalidRepositoryUrl', `the host ${host} resolves to ${why}`), '');
    });
  };
}

function firstForbidden(found: string | LookupAddress[]): string | undefined {
  const addresses = typeof found === 'string' ? [found] : found.map(({ address }) => address);
  return addresses.map(forbiddenAddress).find((why) => why !== undefined);
}
