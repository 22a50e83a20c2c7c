// Where things are in the local cluster. The scripts under e2e/cluster get these as environment variables.

/** The machine as the node and its pods see it. */
export const hostAddress = '10.255.0.1';
/** Where a test's registry of images and charts listens on `hostAddress`; the node trusts the cluster's authority for it. */
export const registryPort = 5000;
/** The other end of the pair, inside the node's network namespace. */
export const nodeGateway = '10.255.0.2';
/** The node, the API server and the address that NodePorts answer on. */
export const nodeAddress = '10.244.0.1';
export const podRange = '10.244.0.0/24';
export const serviceRange = '10.96.0.0/16';
export const dnsAddress = '10.96.0.10';
export const nodeName = 'node1';

/** Traffic to the local cluster must not go through the proxy that this machine may use for everything else. */
export function pastProxies(env: NodeJS.ProcessEnv = process.env): { NO_PROXY: string; no_proxy: string } {
  const own = ['127.0.0.1', 'localhost', '10.244.0.0/16', serviceRange, '10.255.0.0/30'];
  const all = [env['NO_PROXY'] ?? env['no_proxy'] ?? '', ...own].filter(Boolean).join(',');
  return { NO_PROXY: all, no_proxy: all };
}
