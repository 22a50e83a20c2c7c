import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { ClusterAccess } from './access.ts';
import { type FollowedFile, followFile } from './followFile.ts';

const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Whether this process runs in a pod with a service account. */
export function isInCluster(folder = serviceAccountFolder): boolean {
  return process.env['KUBERNETES_SERVICE_HOST'] !== undefined && existsSync(join(folder, 'token'));
}

/**
 * The pod's own service account. The token is read again every minute, as the kubelet replaces it long before it
 * expires, and as soon as the server refuses it; so is the CA bundle, every minute.
 */
export function inClusterAccess(
  folder = serviceAccountFolder,
  environment = process.env,
  now = monotonic,
): ClusterAccess {
  const host = environment['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = environment['KUBERNETES_SERVICE_PORT'] ?? '443';
  const server = new URL(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`);
  const token = followFile(join(folder, 'token'), now);
  const agents = trustedAgents(followFile(join(folder, 'ca.crt'), now));
  return {
    namespace: async () => (await readFile(join(folder, 'namespace'), 'utf8')).trim(),
    connect: async () => {
      const headers = { Authorization: `Bearer ${await token.read()}` };
      return { server, agent: await agents.current(), headers, refused: token.expire };
    },
  };
}

const monotonic = () => performance.now();

/** One agent as long as the CA bundle stays the same. */
function trustedAgents(bundle: FollowedFile) {
  let known: { readonly agent: Agent; readonly ca: string } | undefined;
  return {
    current: async (): Promise<Agent> => {
      const ca = await bundle.read();
      if (known?.ca !== ca) known = { ca, agent: new Agent({ keepAlive: true, ca }) };
      return known.agent;
    },
  };
}
