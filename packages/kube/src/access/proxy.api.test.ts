import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openClient } from '../client/openClient.ts';
import { startReflector } from '../reflector/startReflector.ts';
import { type ConfigMap, configMaps } from '../resourceTypes.ts';
import { type ConnectProxy, startConnectProxy } from '../testing/connectProxy.ts';
import { eventually } from '../testing/eventually.ts';
import { openNamespace } from '../testing/realServer.ts';
import type { KubeClient, Reflector } from '../types.ts';
import { loadKubeConfig } from './loadKubeConfig.ts';

interface Cluster {
  readonly server: string;
  readonly 'certificate-authority-data': string;
}

const real = JSON.parse(readFileSync(process.env['KUBECONFIG'] ?? '', 'utf8')) as {
  readonly clusters: readonly { readonly cluster: Cluster }[];
  readonly users: readonly object[];
};
const { server, 'certificate-authority-data': authority } = { server: '', ...real.clusters[0]?.cluster };
const { hostname, port, host: realHost } = new URL(server);
/** A name that only the proxy knows: no name server has it, so whoever hears of it was asked as a proxy. */
const behindProxy = `api.behind-proxy.invalid:${port}`;
const names = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];

let folder: string;
let proxy: ConnectProxy;
let given: NodeJS.ProcessEnv;
let reflector: Reflector<ConfigMap> | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kube-proxy-'));
  proxy = await startConnectProxy({ host: hostname, port: Number(port) });
  given = { ...process.env };
  for (const name of names) delete process.env[name];
});

afterEach(async () => {
  await reflector?.stop();
  reflector = undefined;
  process.env = given;
  await proxy.close();
  rmSync(folder, { recursive: true });
});

/** A client by a kubeconfig of a cluster at this address. */
function clientOf(host: string, cluster: Readonly<Record<string, string>> = {}): KubeClient {
  const kubeconfig = join(folder, 'kubeconfig');
  const clusters = [
    {
      name: 'api-server',
      // The certificate is for its own address.
      cluster: {
        server: `https://${host}`,
        'tls-server-name': 'kubernetes.default.svc',
        'certificate-authority-data': authority,
        ...cluster,
      },
    },
  ];
  writeFileSync(kubeconfig, JSON.stringify({ ...real, clusters }));
  return openClient(loadKubeConfig({ kubeconfig }));
}

/** Writes, lists and watches. */
async function workWith(client: KubeClient): Promise<void> {
  const { namespace } = await openNamespace();
  await client.create(configMaps, { metadata: { namespace, name: 'one' } });
  const watched = startReflector<ConfigMap>({ client, type: configMaps, namespace });
  reflector = watched;
  await watched.synced();
  await client.apply(configMaps, { metadata: { namespace, name: 'two' } }, { fieldManager: 'test' });
  await client.mergePatch(configMaps, { namespace, name: 'one' }, { data: { a: '1' } });
  await eventually(
    () => watched.store.size === 2 && watched.store.get({ namespace, name: 'one' })?.data?.['a'] === '1',
  );
  expect((await client.list(configMaps, { namespace })).items).toHaveLength(2);
}

test('lists, watches and writes go through the proxy of HTTPS_PROXY', async () => {
  process.env['HTTPS_PROXY'] = proxy.url;
  await workWith(clientOf(behindProxy));
  expect(new Set(proxy.targets)).toEqual(new Set([behindProxy]));
}, 30_000);

test('connections through the proxy are kept', async () => {
  process.env['HTTPS_PROXY'] = proxy.url;
  const client = clientOf(behindProxy);
  for (let count = 0; count < 5; count += 1) await client.raw('GET', '/version');
  expect(proxy.targets).toHaveLength(1);
}, 30_000);

test('lists, watches and writes go through the proxy-url of the kubeconfig, whatever the environment says', async () => {
  process.env['HTTPS_PROXY'] = 'http://127.0.0.1:1';
  process.env['NO_PROXY'] = '*';
  await workWith(clientOf(behindProxy, { 'proxy-url': proxy.url }));
  expect(new Set(proxy.targets)).toEqual(new Set([behindProxy]));
}, 30_000);

test('a server on loopback is reached without the proxy', async () => {
  process.env['HTTPS_PROXY'] = proxy.url;
  await workWith(clientOf(realHost));
  expect(proxy.targets).toEqual([]);
}, 30_000);

test('a server that NO_PROXY names is not looked for at the proxy', async () => {
  process.env['HTTPS_PROXY'] = proxy.url;
  process.env['NO_PROXY'] = 'example.com,.behind-proxy.invalid';
  await expect(clientOf(behindProxy).raw('GET', '/version')).rejects.toMatchObject({ reason: 'Unreachable' });
  expect(proxy.targets).toEqual([]);
}, 30_000);

test('a watch goes on when the proxy has cut it', async () => {
  process.env['HTTPS_PROXY'] = proxy.url;
  const client = clientOf(behindProxy);
  const { namespace } = await openNamespace();
  const watched = startReflector<ConfigMap>({ client, type: configMaps, namespace });
  reflector = watched;
  await watched.synced();
  proxy.cut();
  const direct = openClient(loadKubeConfig());
  await direct.create(configMaps, { metadata: { namespace, name: 'later' } });
  await eventually(() => watched.store.size === 1);
  expect(proxy.targets.length).toBeGreaterThan(1);
}, 60_000);

test('a proxy that refuses is Unreachable, and said so', async () => {
  process.env['HTTPS_PROXY'] = proxy.url;
  proxy.refuses = true;
  await expect(clientOf(behindProxy).raw('GET', '/version')).rejects.toMatchObject({
    status: 0,
    reason: 'Unreachable',
  });
  expect(proxy.targets).toEqual([behindProxy]);
}, 30_000);
