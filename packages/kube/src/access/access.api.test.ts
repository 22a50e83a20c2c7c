import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openClient } from '../client/openClient.ts';
import { serviceAccounts } from '../resourceTypes.ts';
import { openNamespace } from '../testing/realServer.ts';
import { inClusterAccess } from './inCluster.ts';
import { loadKubeConfig } from './loadKubeConfig.ts';

interface Kubeconfig {
  readonly clusters: readonly { readonly name: string; readonly cluster: Readonly<Record<string, string>> }[];
  readonly users: readonly { readonly name: string; readonly user: Readonly<Record<string, unknown>> }[];
}

let folder: string;
let proxy: Server | undefined;
const given = () => JSON.parse(readFileSync(process.env['KUBECONFIG'] ?? '', 'utf8')) as Kubeconfig;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-access-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  proxy?.closeAllConnections();
  proxy?.close();
});

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function clientOf(change: (config: Kubeconfig) => Kubeconfig) {
  const kubeconfig = write('kubeconfig', JSON.stringify({ ...change(given()), contexts }));
  return openClient(loadKubeConfig({ kubeconfig, context: 'changed' }));
}

const contexts = [{ name: 'changed', context: { cluster: 'api-server', user: 'admin', namespace: 'somewhere' } }];
const who = async (client: ReturnType<typeof openClient>) => {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const review = await client.raw('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', body);
  return (review as { status: { userInfo: { username: string } } }).status.userInfo.username;
};

test('an exec plugin is asked who we are', async () => {
  const token = given().users[0]?.user['token'];
  const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } };
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-p', `'${JSON.stringify(credential)}'`],
    interactiveMode: 'Never',
  };
  const client = clientOf((config) => ({ ...config, users: [{ name: 'admin', user: { exec } }] }));
  expect(await who(client)).toBe('admin');
});

test('an exec plugin that fails is Unauthenticated, in its own words', async () => {
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-e', 'throw "not logged in"'],
  };
  const client = clientOf((config) => ({ ...config, users: [{ name: 'admin', user: { exec } }] }));
  await expect(who(client)).rejects.toMatchObject({
    reason: 'Unauthenticated',
    message: expect.stringContaining('not logged in'),
  });
});

test('a proxy is gone through', async () => {
  const targets: string[] = [];
  proxy = createServer().on('connect', (request, socket) => {
    targets.push(request.url ?? '');
    const [host = '', port] = (request.url ?? '').split(':');
    const server = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      server.pipe(socket).pipe(server);
    });
    server.on('error', () => socket.destroy());
    socket.on('error', () => server.destroy());
  });
  await new Promise<void>((listening) => proxy?.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const client = clientOf(({ clusters, ...config }) => ({
    ...config,
    clusters: clusters.map(({ name, cluster }) => ({ name, cluster: { ...cluster, 'proxy-url': url } })),
  }));
  expect(await who(client)).toBe('admin');
  expect(targets).toEqual([new URL(given().clusters[0]?.cluster['server'] ?? '').host]);
});

test('a server with a certificate of somebody else is not talked to', async () => {
  const client = clientOf(({ clusters, ...config }) => ({
    ...config,
    clusters: clusters.map(({ name, cluster: { server = '' } }) => ({ name, cluster: { server } })),
  }));
  await expect(who(client)).rejects.toMatchObject({
    reason: 'Unreachable',
    message: expect.stringContaining('certificate'),
  });
});

test("the context's namespace is known, and a context that is not there is said to be missing", async () => {
  const kubeconfig = write('kubeconfig', JSON.stringify({ ...given(), contexts }));
  expect(await loadKubeConfig({ kubeconfig, context: 'changed' }).namespace()).toBe('somewhere');
  const client = openClient(loadKubeConfig({ kubeconfig, context: 'other' }));
  await expect(who(client)).rejects.toThrow('no context "other"');
  const undecided = write('undecided', JSON.stringify({ ...given(), contexts, 'current-context': undefined }));
  await expect(who(openClient(loadKubeConfig({ kubeconfig: undecided })))).rejects.toThrow(
    'no current context; choose',
  );
});

test('a kubeconfig that is not there is refused at once', () => {
  expect(() => loadKubeConfig({ kubeconfig: join(folder, 'missing') })).toThrow('cannot be read');
});

/** What a pod called `name` has in its folder of the service account. */
async function mount({ client, namespace }: Awaited<ReturnType<typeof openNamespace>>, name: string) {
  await client.create(serviceAccounts, { metadata: { namespace, name } });
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const issued = await client.raw('POST', path, { spec: { expirationSeconds: 600 } });
  write('token', `${(issued as { status: { token: string } }).status.token}\n`);
  write('namespace', `${namespace}\n`);
  const { 'certificate-authority-data': authority = '' } = given().clusters[0]?.cluster ?? {};
  write('ca.crt', Buffer.from(authority, 'base64').toString());
}

function accessInCluster(now?: () => number) {
  const { hostname, port } = new URL(given().clusters[0]?.cluster['server'] ?? '');
  return inClusterAccess(folder, { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port }, now);
}

test('in a cluster the pod speaks as its service account', async () => {
  const real = await openNamespace();
  await mount(real, 'pod');
  const access = accessInCluster();
  expect(await access.namespace()).toBe(real.namespace);
  expect(await who(openClient(access))).toBe(`system:serviceaccount:${real.namespace}:pod`);
});

test('a token that the server refuses is read again', async () => {
  const real = await openNamespace();
  await mount(real, 'pod');
  write('token', 'of another cluster');
  const client = openClient(accessInCluster());
  await expect(who(client)).rejects.toMatchObject({ status: 401 });
  await mount(real, 'again');
  expect(await who(client)).toBe(`system:serviceaccount:${real.namespace}:again`);
});

test('a token that was replaced is in use a minute later', async () => {
  const real = await openNamespace();
  await mount(real, 'before');
  let elapsedMs = 0;
  const client = openClient(accessInCluster(() => performance.now() + elapsedMs));
  expect(await who(client)).toBe(`system:serviceaccount:${real.namespace}:before`);
  await mount(real, 'after');
  elapsedMs = 61_000;
  expect(await who(client)).toBe(`system:serviceaccount:${real.namespace}:after`);
});
