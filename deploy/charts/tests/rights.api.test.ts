import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { asList, useOwnApiServer } from './support/ownApiServer.ts';
import { at, chartFolder, find, type Manifest, release, render, type Values } from './support/renderChart.ts';

const server = useOwnApiServer();
let folder: string;
const running: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-rights-'));
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** The manifests in place, with deployments that nobody carries out here. */
async function apply(manifests: readonly Manifest[]): Promise<void> {
  const args = ['apply', '--server-side', '--force-conflicts', '--filename', '-'];
  const input = (wanted: (manifest: Manifest) => boolean) => ({ input: asList(manifests.filter(wanted)) });
  await server().kubectl(
    [...args, '--namespace', release.namespace],
    input(({ metadata }) => metadata.namespace === undefined),
  );
  if (manifests.some(({ metadata }) => metadata.namespace !== undefined))
    await server().kubectl(
      args,
      input(({ metadata }) => metadata.namespace !== undefined),
    );
  await server().kubectl(['wait', 'crd', '--all', '--for=condition=Established', '--timeout=30s']);
}

/** A kubeconfig with what the chart gives to a component, and no right more. */
async function kubeconfigOf(component: string): Promise<string> {
  const account = `stoker-${component}`;
  const token = await server().kubectl(['create', 'token', account, '--namespace', release.namespace]);
  const view = await server().kubectl(['config', 'view', '--raw', '--output', 'json']);
  const config = JSON.parse(view);
  config.users = [{ name: config.users[0].name, user: { token: token.trim() } }];
  const path = join(folder, `${component}.kubeconfig`);
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

interface Program {
  log(): string;
  /** Waits until a line of its log has this text. */
  says(text: string): Promise<void>;
}

/** The component's program with the arguments of its container, as a process of this machine. */
async function start(manifests: readonly Manifest[], component: string, app: string): Promise<Program> {
  const given = at(find(manifests, `Deployment/stoker-${component}`), 'spec.template.spec.containers.0.args');
  const main = join(chartFolder, `../../../apps/${app}/src/main.ts`);
  const addresses = component === 'controller' ? ['--receiver-address'] : ['--address'];
  const local = ['--health-address', ...addresses].map((option) => `${option}=127.0.0.1:0`);
  const own = [...local, `--namespace=${release.namespace}`, `--kubeconfig=${await kubeconfigOf(component)}`];
  const child = spawn(process.execPath, ['--conditions=@stoker/source', main, ...(given as string[]), ...own], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, POD_NAME: `${component}-0` },
  });
  running.push(child);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  return {
    log: () => log,
    async says(text) {
      // One that was killed has the lease for a quarter of a minute more.
      const deadline = Date.now() + 60_000;
      while (!log.includes(text)) {
        if (child.exitCode !== null || Date.now() > deadline) throw new Error(`no "${text}" in the log:\n${log}`);
        await delay(50);
      }
    },
  };
}

/** A pod as the injector leaves it, with a service account of its own. */
const gatewayPod = (name: string, namespace: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { 'stoker.io/cr': 'plant' } },
  spec: {
    serviceAccountName: name,
    initContainers: [{ name: 'stoker-agent', image: 'stoker-agent:old', restartPolicy: 'Always' }],
    containers: [{ name: 'gateway', image: 'ignition' }],
  },
});

/** Waits until a Role of the plant's agents is bound to this service account. */
async function boundTo(serviceAccount: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  const bindings = ['get', 'rolebindings', '--namespace', 'plant-a', '--selector', 'stoker.io/cr=plant'];
  for (;;) {
    const names = await server().kubectl([...bindings, '--output', 'jsonpath={.items[*].subjects[*].name}']);
    if (names.split(' ').includes(serviceAccount)) return;
    if (Date.now() > deadline) throw new Error(`rights are bound to "${names}" alone`);
    await delay(50);
  }
}

const plant = (namespace: string) => [
  {
    apiVersion: 'stoker.io/v1alpha1',
    kind: 'Stoker',
    metadata: { name: 'plant', namespace },
    spec: { git: { repo: 'https://git.example.invalid/plant.git', ref: 'main' } },
  },
  {
    apiVersion: 'stoker.io/v1alpha1',
    kind: 'SyncProfile',
    metadata: { name: 'default', namespace },
    spec: { mappings: [{ source: 'projects', destination: 'projects' }] },
  },
];

describe('the rights that the chart gives', () => {
  const scopes: readonly (readonly [string, Values])[] = [
    ['all namespaces', {}],
    ['one namespace', { watchNamespaces: ['plant-a'] }],
  ];

  test.each(scopes)(
    'are enough for the controller to lead, to report and to give an agent its rights in %s',
    async (scope, values) => {
      const gateway = scope.replaceAll(' ', '-');
      const manifests = await render(values);
      await apply(manifests);
      await server().kubectl(['apply', '--filename', '-'], {
        input: asList([...plant('plant-a'), gatewayPod(gateway, 'plant-a')]),
      });
      const controller = await start(manifests, 'controller', 'controller');
      await controller.says('this replica leads');
      const ready = ['wait', 'stokers/plant', '--namespace', 'plant-a', '--timeout=30s'];
      await server().kubectl([...ready, '--for=condition=Ready=False']);
      const accepted = ['wait', 'syncprofiles/default', '--namespace', 'plant-a', '--timeout=30s'];
      await server().kubectl([...accepted, '--for=condition=Accepted=True']);
      await boundTo(gateway);
      expect(controller.log()).not.toMatch(/forbidden/i);
      await remove(manifests);
    },
    90_000,
  );

  test.each(scopes)(
    'are enough for the injector to make its certificate and to serve in %s',
    async (_scope, values) => {
      const manifests = await render(values);
      await apply(manifests);
      const injector = await start(manifests, 'injector', 'injector-webhook');
      await injector.says('serving');
      const bundle = ['get', 'mutatingwebhookconfiguration', 'stoker-injector', '--output'];
      const trusted = await server().kubectl([...bundle, 'jsonpath={.webhooks[0].clientConfig.caBundle}']);
      expect(Buffer.from(trusted, 'base64').toString()).toContain('BEGIN CERTIFICATE');
      expect(injector.log()).not.toMatch(/forbidden/i);
      await remove(manifests);
    },
    90_000,
  );

  test('end at the watched namespaces', async () => {
    const manifests = await render({ watchNamespaces: ['plant-a'] });
    await apply(manifests);
    const account = (name: string) => `--as=system:serviceaccount:${release.namespace}:stoker-${name}`;
    const may = (name: string, ...asked: string[]) =>
      server()
        .kubectl(['auth', 'can-i', ...asked, account(name)])
        .then(
          (answer) => answer.trim(),
          (error: Error) => (/^no/m.test(error.message) ? 'no' : error.message),
        );
    await expect(may('controller', 'get', 'secrets', '--namespace', 'plant-a')).resolves.toBe('yes');
    await expect(may('controller', 'get', 'secrets', '--namespace', 'plant-b')).resolves.toBe('no');
    await expect(may('controller', 'patch', 'pods', '--namespace', 'plant-a')).resolves.toBe('yes');
    await expect(may('controller', 'patch', 'pods', '--namespace', 'plant-b')).resolves.toBe('no');
    await expect(may('controller', 'get', 'secrets', '--namespace', 'kube-system')).resolves.toBe('no');
    await expect(may('controller', 'watch', 'nodes')).resolves.toBe('yes');
    await expect(may('controller', 'patch', 'nodes')).resolves.toBe('no');
    await expect(may('injector', 'list', 'stokers.stoker.io', '--namespace', 'plant-b')).resolves.toBe('no');
    await expect(may('injector', 'get', 'secrets', '--namespace', 'plant-a')).resolves.toBe('no');
    await remove(manifests);
  });
});

/** Rights of one test must not help the next. */
async function remove(manifests: readonly Manifest[]): Promise<void> {
  const rights = ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding', 'Secret'];
  const given = manifests.filter(({ kind }) => rights.includes(kind));
  const here = given.map((manifest) => {
    const isOfCluster = manifest.kind.startsWith('Cluster');
    return isOfCluster ? manifest : { ...manifest, metadata: { namespace: release.namespace, ...manifest.metadata } };
  });
  await server().kubectl(['delete', '--filename', '-'], { input: asList(here) });
}
