import { lookup } from 'node:dns/promises';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { forbiddenAddress } from '../forbiddenHost.ts';
import { gitError } from '../gitError.ts';
import { basicAuthorization } from '../http/basicAuthorization.ts';
import { checkCaBundle } from '../http/checkCaBundle.ts';
import { checkProxy } from '../http/checkProxy.ts';
import { storageError } from '../storageError.ts';
import type { Remote } from '../types.ts';
import { checkPrivateKey } from './checkPrivateKey.ts';
import { gitEnvironment } from './environment.ts';
import { sshCommand } from './sshCommand.ts';

type Config = [key: string, value: string][];

/**
 * Runs `use` with an environment in which git can reach the remote. What git must read from files (SSH key, known
 * hosts, CA bundle) lies in a folder of mode 0700 below `parent` for that time only; a token is handed over in the
 * environment. Neither is ever an argument or part of a URL.
 *
 * @throws StokerError `InvalidRepositoryUrl` where the host resolves to an address that the cluster may not ask
 */
export async function withTransport<T>(
  remote: Remote,
  parent: string,
  use: (environment: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  const addresses = await checkedAddresses(remote);
  const folder = await mkdtemp(join(parent, 'transport-')).catch((cause: unknown) => {
    throw storageError(cause, 'the folder for temporary files');
  });
  try {
    const environment = await prepare(remote, folder, addresses).catch((cause: unknown) => {
      throw storageError(cause, 'the folder for temporary files');
    });
    return await use(environment);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepare(remote: Remote, folder: string, addresses: readonly string[]): Promise<NodeJS.ProcessEnv> {
  const { transport } = remote.url;
  const base = { home: folder, transport };
  switch (transport) {
    case 'http':
    case 'https':
      return gitEnvironment({ ...base, config: await httpConfig(remote, folder, addresses) });
    case 'ssh':
      return gitEnvironment({ ...base, variables: await sshVariables(remote, folder) });
    case 'file': {
      // The serving side of a local fetch reads only the global file, and refuses repositories of other users: the
      // person named this path, and no hook or filter of it ever runs.
      const global = await writePrivate(folder, 'gitconfig', '[safe]\n\tdirectory = *\n');
      return gitEnvironment({ ...base, variables: { GIT_CONFIG_GLOBAL: global } });
    }
    case 'git':
      return gitEnvironment(base);
  }
}

async function httpConfig(remote: Remote, folder: string, addresses: readonly string[]): Promise<Config> {
  const url = new URL(remote.url.href);
  const config: Config = [
    // git would carry the header along to another host; `fetchOverHttp` follows redirects under our own rules.
    ['http.followRedirects', 'false'],
    // A connection that is dead, not one whose server is thinking: that sends a few bytes every five seconds.
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', '90'],
    ['http.proxy', remote.proxy ?? ''],
    // The only method that resolving knows too, and so one request less.
    ['http.proxyAuthMethod', 'basic'],
  ];
  if (remote.credentials.kind === 'token') {
    config.push([`http.${url.origin}/.extraHeader`, `Authorization: ${basicAuthorization(remote.credentials)}`]);
  }
  if (remote.caBundle !== undefined) {
    checkCaBundle(remote.caBundle);
    config.push(['http.sslCAInfo', await writePrivate(folder, 'ca.pem', remote.caBundle)]);
  }
  if (addresses.length > 0) {
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
    config.push(['http.curloptResolve', `${url.hostname}:${port}:${addresses.join(',')}`]);
  }
  return config;
}

async function sshVariables(remote: Remote, folder: string): Promise<Record<string, string>> {
  const key = remote.credentials.kind === 'sshKey' ? await writeKey(folder, remote.credentials.privateKey) : undefined;
  const knownHosts =
    remote.knownHosts === undefined ? undefined : await writePrivate(folder, 'known_hosts', `${remote.knownHosts}\n`);
  const passwd = hasPasswdEntry() ? undefined : await writePasswd(folder);
  return { GIT_SSH_COMMAND: sshCommand({ key, knownHosts, passwd }), GIT_SSH_VARIANT: 'ssh' };
}

function writeKey(folder: string, privateKey: string): Promise<string> {
  checkPrivateKey(privateKey);
  return writePrivate(folder, 'key', `${privateKey.replaceAll('\r\n', '\n').trimEnd()}\n`);
}

/** The ssh program ends at once for a uid without a passwd entry. */
function hasPasswdEntry(): boolean {
  try {
    userInfo();
    return true;
  } catch {
    // ENOENT is how a missing entry is told; any other failure has the same remedy.
    return false;
  }
}

async function writePasswd(folder: string): Promise<{ passwd: string; group: string }> {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  return {
    passwd: await writePrivate(folder, 'passwd', `git:x:${uid}:${gid}:git:${folder}:/bin/false\n`),
    group: await writePrivate(folder, 'group', `git:x:${gid}:\n`),
  };
}

async function writePrivate(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

/**
 * What the host resolves to, for URLs that anybody in the cluster may have written. Over HTTP git is told to connect to
 * just these addresses, so that a second answer of the same name server changes nothing. With a proxy it is the proxy
 * that is asked, and that resolves the name.
 */
async function checkedAddresses({ url, ...remote }: Remote): Promise<readonly string[]> {
  // Other transports go to the host itself, whatever proxy is given.
  const proxy = url.transport === 'http' || url.transport === 'https' ? remote.proxy : undefined;
  const host = proxy === undefined ? url.host : checkProxy(proxy, url.scope);
  if (url.scope !== 'cluster' || host === undefined) return [];
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const found = await lookup(bare, { all: true }).catch((cause: unknown) => {
    throw gitError('GitUnreachable', `the host name ${bare} cannot be resolved`, { cause });
  });
  for (const { address } of found) {
    const why = forbiddenAddress(address);
    if (why !== undefined) throw gitError('InvalidRepositoryUrl', `the host ${bare} resolves to ${why}`);
  }
  if (proxy !== undefined || isIP(bare) !== 0) return [];
  return found.map(({ address, family }) => (family === 6 ? `[${address}]` : address));
}
