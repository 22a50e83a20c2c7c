import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Agent, type RequestOptions } from 'node:https';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
// Deep: this authenticator is four kilobytes, where the module of `KubeConfig` loads 900 generated models (80 MB of RSS).
import { FileAuth } from '@kubernetes/client-node/dist/file_auth.js';
import type { ClusterAccess } from './access.ts';

const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Whether this process runs in a pod with a service account. */
export function isInCluster(folder = serviceAccountFolder): boolean {
  return process.env['KUBERNETES_SERVICE_HOST'] !== undefined && existsSync(join(folder, 'token'));
}

/**
 * The pod's own service account. The token is read again every minute, as the kubelet replaces it long before it
 * expires; so is the CA bundle.
 */
export function inClusterAccess(folder = serviceAccountFolder, environment = process.env): ClusterAccess {
  const host = environment['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = environment['KUBERNETES_SERVICE_PORT'] ?? '443';
  const server = new URL(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`);
  const tokens = new FileAuth();
  const user = { name: 'service-account', authProvider: { config: { tokenFile: join(folder, 'token') } } };
  const agents = trustedAgents(join(folder, 'ca.crt'));
  return {
    namespace: async () => (await readFile(join(folder, 'namespace'), 'utf8')).trim(),
    connect: async () => {
      const options: RequestOptions = { headers: {} };
      await tokens.applyAuthentication(user, options);
      return { server, agent: await agents.current(), headers: trimmed(options) };
    },
  };
}

/** A file made by hand ends in a newline, which no header may. */
function trimmed({ headers }: RequestOptions) {
  const { Authorization: authorization } = headers as Readonly<Record<string, string>>;
  return authorization === undefined ? {} : { Authorization: authorization.trim() };
}

/** One agent as long as the CA bundle stays the same; looked at once a minute. */
function trustedAgents(caFile: string) {
  let known: { readonly agent: Agent; readonly ca: string; readonly readAt: number } | undefined;
  return {
    current: async (): Promise<Agent> => {
      const now = performance.now();
      if (known && now - known.readAt < 60_000) return known.agent;
      const ca = await readFile(caFile, 'utf8');
      const agent = known?.ca === ca ? known.agent : new Agent({ keepAlive: true, ca });
      known = { agent, ca, readAt: now };
      return agent;
    },
  };
}
