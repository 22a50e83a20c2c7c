import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addSubnet('0.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');
loopback.addAddress('::', 'ipv6');

const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16);
linkLocal.addSubnet('fe80::', 10, 'ipv6');
// The metadata service of AWS over IPv6: link-local in purpose, not in its range.
linkLocal.addAddress('fd00:ec2::254', 'ipv6');

const loopbackNames = new Set(['localhost', 'localhost.localdomain', 'ip6-localhost', 'ip6-loopback']);

/**
 * Why nobody in the cluster may choose this host (the SSRF rule): the pod's own loopback, or link-local, where clouds
 * keep their metadata services. Private ranges stay allowed: that is where plants have their git servers. Knows host
 * names without asking DNS; see `forbiddenAddress` for what they resolve to.
 */
export function forbiddenHost(host: string): string | undefined {
  const bare = host
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
  if (loopbackNames.has(bare) || bare.endsWith('.localhost')) return 'a loopback address';
  return forbiddenAddress(numericAddress(bare));
}

/** Like `forbiddenHost`, for an IP address in text form; anything else is allowed. */
export function forbiddenAddress(address: string): string | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  // A BlockList also matches IPv4-mapped IPv6 addresses against its IPv4 ranges.
  if (loopback.check(address, family)) return 'a loopback address';
  if (linkLocal.check(address, family)) return 'a link-local address';
  return undefined;
}

/** `0x7f.1`, `2130706433` and `127.1` are addresses for the resolver of the C library: the URL parser knows them too. */
function numericAddress(host: string): string {
  if (isIP(host) !== 0 || !/^[\da-fx.]+$/.test(host)) return host;
  return URL.parse(`http://${host}/`)?.hostname ?? host;
}
