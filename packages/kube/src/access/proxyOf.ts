import { BlockList, isIP, isIPv6 } from 'node:net';

/** What a person's shell says of proxies, as curl, Go and everybody else read it. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy through which this server is reached by `HTTPS_PROXY` (or `HTTP_PROXY`, of a server without TLS) and
 * `NO_PROXY`, by the rules of Go, so that it is the one that kubectl takes: loopback is always reached directly, and
 * `NO_PROXY` has names, which stand for their subdomains too, addresses and CIDRs, with or without a port, or `*`.
 */
export function proxyOf(server: URL, environment: ProxyEnvironment): string | undefined {
  const proxy = read(environment, server.protocol === 'http:' ? 'http_proxy' : 'https_proxy');
  if (proxy === undefined) return undefined;
  const host = hostOf(server);
  const isLoopback = host === 'localhost' || (isIP(host) !== 0 && isWithin(host, '127.0.0.0/8')) || host === '::1';
  const exceptions = (read(environment, 'no_proxy') ?? '').split(',').map((entry) => entry.trim().toLowerCase());
  if (isLoopback || exceptions.some((entry) => entry !== '' && isException(entry, host, portOf(server))))
    return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function read(environment: ProxyEnvironment, name: string): string | undefined {
  return environment[name.toUpperCase()] || environment[name] || undefined;
}

function hostOf({ hostname }: URL): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/gu, '')
    .replace(/\.$/u, '');
}

function portOf({ protocol, port }: URL): string {
  return port || (protocol === 'http:' ? '80' : '443');
}

function isException(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isIP(host) !== 0 && isWithin(host, entry);
  const [, name = entry, onPort] = isIPv6(entry) ? [] : (/^\[?(.*?)\]?(?::(\d+))?$/u.exec(entry) ?? []);
  if (onPort !== undefined && onPort !== port) return false;
  if (isIP(name) !== 0) return name === host;
  const domain = name.replace(/^\*(?=\.)/u, '');
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

/** What is no CIDR holds nothing. */
function isWithin(address: string, cidr: string): boolean {
  const [network = '', bits = ''] = cidr.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  const length = /^\d+$/u.test(bits) ? Number(bits) : Infinity;
  if (isIP(network) === 0 || length > (family === 'ipv6' ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, length, family);
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
