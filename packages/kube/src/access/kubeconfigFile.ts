import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, type OutgoingHttpHeaders } from 'node:http';
import { Agent, type AgentOptions, type RequestOptions } from 'node:https';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ClusterAccess, Connection } from './access.ts';
import { proxyOf } from './proxyOf.ts';

/**
 * A kubeconfig, loaded and authenticated by client-node: exec plugins, OIDC, tokens, certificates, proxies. It is
 * loaded at the first request only, because its module costs 80 MB that a process inside a cluster does not need.
 * @param files merged as kubectl does
 */
export function kubeconfigAccess(files: readonly string[], context: string | undefined): ClusterAccess {
  let loading: Promise<KubeConfig> | undefined;
  const load = () => {
    // What could not be read may be readable the next time.
    loading ??= loadConfig(files, context).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  const agents = keptAgents();
  return {
    namespace: async () => {
      const config = await load();
      return config.getContextObject(config.getCurrentContext())?.namespace;
    },
    connect: async () => connectWith(await load(), agents),
  };
}

/**
 * The first file that has one says which context is the current one, and what a name stands for. (client-node takes the last
 * file's context, so that what is meant for one cluster would reach another, and refuses a name that two files have.)
 */
async function loadConfig(files: readonly string[], context: string | undefined): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const parts = files.map((file) => {
    const part = new KubeConfig();
    const text = readFileSync(file, 'utf8');
    // For kubectl an empty one, such as /dev/null, names nothing; client-node fails on it.
    if (text.trim() === '') return part;
    part.loadFromString(text);
    part.makePathsAbsolute(dirname(file));
    return part;
  });
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: firstOfEachName(parts.flatMap(({ clusters }) => clusters)),
    users: firstOfEachName(parts.flatMap(({ users }) => users)),
    contexts: firstOfEachName(parts.flatMap(({ contexts }) => contexts)),
    currentContext: context ?? parts.map((part) => part.getCurrentContext()).find(Boolean),
  });
  return config;
}

function firstOfEachName<T extends { readonly name: string }>(all: readonly T[]): readonly T[] {
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
}

async function connectWith(config: KubeConfig, agents: ReturnType<typeof keptAgents>): Promise<Connection> {
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error(missingContext(config.getCurrentContext()));
  const options: RequestOptions = { headers: {} };
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, rejectUnauthorized, servername, agent } = options;
  // client-node's own agent closes the connection after each request; it is kept where it knows the way through a proxy.
  const proxied = cluster.proxyUrl && agent instanceof HttpAgent ? agent : undefined;
  const server = new URL(cluster.server);
  const proxy = proxyOf(server, process.env);
  return {
    server,
    agent:
      proxied ??
      agents.for(cluster.server, defined({ ca, cert, key, rejectUnauthorized, servername, ...proxyEnv(proxy) })),
    headers: options.headers as OutgoingHttpHeaders,
    auth: options.auth ?? undefined,
  };
}

/** client-node answers undefined where the file names no current context, whatever its types say. */
function missingContext(name: string | undefined): string {
  if (name) return `the kubeconfig has no context "${name}" with a cluster`;
  return 'the kubeconfig has no current context; choose one with: kubectl config use-context NAME';
}

/** Which server goes through it has been decided: node itself knows no CIDRs, and would ask again. */
function proxyEnv(proxy: string | undefined): AgentOptions {
  return proxy === undefined ? {} : { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } };
}

/** One keep-alive agent for as long as the credentials stay the same: an exec plugin may bring a new certificate. */
function keptAgents() {
  let kept: { readonly options: AgentOptions; readonly agent: HttpAgent } | undefined;
  return {
    for: (server: string, options: AgentOptions): HttpAgent => {
      if (kept && isDeepStrictEqual(kept.options, options)) return kept.agent;
      const keepAlive = { ...options, keepAlive: true };
      kept = { options, agent: server.startsWith('http:') ? new HttpAgent(keepAlive) : new Agent(keepAlive) };
      return kept.agent;
    },
  };
}

function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
