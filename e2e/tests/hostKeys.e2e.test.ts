// A repository over SSH, on a server of whose host key nobody, somebody, and the wrong one was told.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createRepository, type SshServer, startSshServer, type TestRepository } from '@stoker/gitref/testing';
import { hostAddress } from '../src/cluster/addresses.ts';
import { releaseName, releaseNamespace } from '../src/cluster/install.ts';
import { kubectl } from '../src/cluster/kubectl.ts';
import { conditionFindings } from '../src/plant/endState.ts';
import { eventually } from '../src/plant/eventually.ts';
import { everythingSaid } from '../src/plant/everythingSaid.ts';
import { gatewayManifests } from '../src/plant/gateways.ts';
import { stokerName } from '../src/plant/installPlant.ts';
import { leaksIn } from '../src/plant/leaksIn.ts';
import { conditionOf, type ObservedStoker } from '../src/plant/observe.ts';
import { applyObjects, createNamespace, getObject, listObjects } from '../src/plant/resources.ts';
import { readGatewayFile } from '../src/plant/simulator.ts';

jest.setTimeout(300_000);

const namespace = 'e2e-host-keys';
let folder: string;
let repository: TestRepository;
let server: SshServer;
let removeNamespace: (() => Promise<void>) | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-ssh-'));
  repository = await createRepository(folder, 'site');
  await repository.commit({ 'projects/plant/project.json': '{"title":"first"}' });
  server = await startSshServer(folder, { host: hostAddress });
  removeNamespace = await createNamespace(namespace);
});

afterAll(async () => {
  const findings = removeNamespace === undefined ? [] : await conditionFindings(namespace);
  await removeNamespace?.();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
  if (findings.length > 0) throw new Error(`conditions break the rules of kstatus:\n${findings.join('\n')}`);
});

function secret(stringData: object): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'deploy-key', namespace }, stringData };
}

function stoker({ isChecked }: { readonly isChecked: boolean }): object {
  const from = (key: string) => ({ secretRef: { name: 'deploy-key', key } });
  const sshKey = { ...from('ssh-privatekey'), ...(isChecked ? { knownHosts: from('known_hosts') } : {}) };
  const git = { repo: server.url(repository.name), ref: 'main', auth: { sshKey } };
  const metadata = { name: stokerName, namespace };
  return { apiVersion: 'stoker.io/v1alpha1', kind: 'Stoker', metadata, spec: { git, polling: { enabled: false } } };
}

async function phaseOfGateway() {
  const { status } = await getObject<ObservedStoker>(namespace, 'stokers', stokerName);
  return status?.discoveredGateways?.map(({ name, phase }) => [name, phase]);
}

function syncNow(): Promise<string> {
  const note = `stoker.io/sync-now=${Date.now()}`;
  return kubectl(['-n', namespace, 'annotate', 'stokers', stokerName, note, '--overwrite']);
}

interface Event {
  readonly reason: string;
  readonly type: string;
  readonly series?: { readonly count: number };
}

async function timesTold(reason: string): Promise<number> {
  const events = await listObjects<Event>(namespace, 'events.events.k8s.io');
  const told = events.filter((event) => event.reason === reason && event.type === 'Warning');
  return told.reduce((sum, { series }) => sum + (series?.count ?? 1), 0);
}

test('without known hosts a gateway syncs, and the condition and one Warning say that any key is accepted', async () => {
  const mappings = [{ source: 'projects', destination: 'projects' }];
  await applyObjects([
    secret({ 'ssh-privatekey': server.privateKey }),
    stoker({ isChecked: false }),
    {
      apiVersion: 'stoker.io/v1alpha1',
      kind: 'SyncProfile',
      metadata: { name: 'plain', namespace },
      spec: { mappings },
    },
    ...gatewayManifests({ name: 'site', profile: 'plain' }, namespace),
  ]);
  // A pod's first start takes long on a machine where those of the suite before still end.
  await eventually(
    'the gateway is synced',
    async () => expect(await phaseOfGateway()).toEqual([['site', 'Synced']]),
    150_000,
  );
  await eventually('the file is there', async () =>
    expect(await readGatewayFile(namespace, 'site-0', 'projects/plant/project.json')).toBe('{"title":"first"}'),
  );
  expect(await conditionOf(namespace, 'HostKeyVerified')).toMatchObject({
    status: 'False',
    reason: 'HostKeyNotChecked',
    message: expect.stringContaining('knownHosts'),
  });
  await eventually('it is told', async () => expect(await timesTold('HostKeyNotChecked')).toBe(1));
  // Neither another look nor another controller says it again.
  await kubectl(['-n', releaseNamespace, 'rollout', 'restart', `deploy/${releaseName}-controller`]);
  await kubectl(['-n', releaseNamespace, 'rollout', 'status', `deploy/${releaseName}-controller`, '--timeout=120s']);
  await repository.commit({ 'projects/plant/project.json': '{"title":"second"}' });
  await syncNow();
  await eventually('the next commit is there', async () =>
    expect(await readGatewayFile(namespace, 'site-0', 'projects/plant/project.json')).toContain('second'),
  );
  expect(await timesTold('HostKeyNotChecked')).toBe(1);
});

test('with the key of the server in the known hosts it is verified', async () => {
  await applyObjects([
    secret({ 'ssh-privatekey': server.privateKey, known_hosts: server.knownHosts }),
    stoker({ isChecked: true }),
  ]);
  await eventually('the key is verified', async () => {
    expect(await conditionOf(namespace, 'HostKeyVerified')).toMatchObject({ status: 'True' });
    expect(await conditionOf(namespace, 'RefResolved')).toMatchObject({ status: 'True' });
  });
});

test.each([
  ['HostKeyMismatch', 'another key of this server', () => `[${hostAddress}]:${server.port} ${anotherKey}\n`],
  ['HostKeyUnknown', 'a key of another server', () => `git.example.com ${anotherKey}\n`],
])(
  '%s: with %s in the known hosts nothing is asked, and the gateway keeps what it has',
  async (reason, _what, hosts) => {
    await applyObjects([secret({ 'ssh-privatekey': server.privateKey, known_hosts: hosts() })]);
    await syncNow();
    await eventually('it is refused', async () => {
      for (const type of ['HostKeyVerified', 'RefResolved']) {
        expect(await conditionOf(namespace, type)).toMatchObject({ status: 'False', reason });
      }
      expect(await conditionOf(namespace, 'Stalled')).toMatchObject({ status: 'True', reason });
    });
    await eventually('it is told', async () => expect(await timesTold(reason)).toBeGreaterThan(0));
    expect(await readGatewayFile(namespace, 'site-0', 'projects/plant/project.json')).toContain('second');
  },
);

/** Of nobody. */
const anotherKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDJUJ0l6yPHBNk5yW0qJkWzHhO2bPhF1kmiuuH8J3zTm';

test('with the right key again, all is well', async () => {
  await applyObjects([secret({ 'ssh-privatekey': server.privateKey, known_hosts: server.knownHosts })]);
  await eventually('the CR is ready', async () =>
    expect(await conditionOf(namespace, 'Ready')).toMatchObject({ status: 'True' }),
  );
  expect(await conditionOf(namespace, 'HostKeyVerified')).toMatchObject({ status: 'True' });
});

test('its key is said nowhere but in its Secret', async () => {
  const said = await everythingSaid([namespace, releaseNamespace]);
  expect([...said.values()].join('\n')).toContain('HostKeyMismatch');
  expect(leaksIn(said, { privateKey: server.privateKey })).toEqual([]);
});
