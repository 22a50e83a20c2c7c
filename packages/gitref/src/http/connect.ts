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

/** How long a connection stays open without a request: shorter than the memory of any usual NAT or load balancer. */
const idleMs = 60_000;
const connectTimeoutMs = 30_000;

/**
 * Connections for one remote: its CA bundle, its proxy, and addresses that its author may ask. How long an answer may
 * take is up to the signal of each request; aborting one ends its connection, which is why HTTP/2, where many share one,
 * is not spoken. Close it after use.
 *
 * @throws StokerError `CertificateInvalid` for an unreadable CA bundle, `InvalidProxy`
 */
export function connect(remote: Remote): Dispatcher {
  if (remote.caBundle !== undefined) checkCaBundle(remote.caBundle);
  const tls = { ...(remote.caBundle === undefined ? {} : { ca: remote.caBundle }), timeout: connectTimeoutMs };
  const lookup = checkedLookup(remote.url.scope);
  const common = {
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
  };
  if (remote.proxy === undefined) return new Agent({ ...common, connect: { ...tls, lookup } });
  checkProxy(remote.proxy, remote.url.scope);
  return new ProxyAgent({ ...common, uri: remote.proxy, requestTls: tls, proxyTls: { lookup } });
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
