// What becomes of one push event, told by all three programs on standard output and to a collector, each thing once.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type AuditRecord, parseAuditRecord } from '@stoker/crd-types';
import { releaseNamespace } from '../src/cluster/install.ts';
import { kubectl } from '../src/cluster/kubectl.ts';
import { type Collector, startCollector } from '../src/plant/collector.ts';
import { firstSync, pushNext } from '../src/plant/cycle.ts';
import { eventually } from '../src/plant/eventually.ts';
import { everythingSaid } from '../src/plant/everythingSaid.ts';
import { formsOf } from '../src/plant/formsOf.ts';
import { installPlant, installStoker, type Plant, stokerName } from '../src/plant/installPlant.ts';
import { allSynced } from '../src/plant/observe.ts';
import { deliverGitHubPush, receiverSecret } from '../src/plant/pushEvent.ts';
import { applyObjects, createNamespace } from '../src/plant/resources.ts';
import { gatewayApiToken } from '../src/site-repository/gatewayConfig.ts';
import { plantGateways } from '../src/site-repository/plantGateways.ts';

jest.setTimeout(300_000);

const namespace = 'e2e-audit';
const collectorNamespace = 'e2e-audit-collector';
const collectorToken = 'collector-canary/+token-52e1';
let collector: Collector;
let plant: Plant;
let removeCollector: (() => Promise<void>) | undefined;

beforeAll(async () => {
  removeCollector = await createNamespace(collectorNamespace);
  collector = await startCollector(collectorNamespace);
  await createNamespace(releaseNamespace);
  const metadata = { name: 'audit', namespace: releaseNamespace };
  await applyObjects([{ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { token: collectorToken } }]);
  const values = [`audit.url=${collector.url}`, 'audit.existingSecret=audit', 'audit.agents=true'];
  await installStoker([...values, 'audit.fileVolume.emptyDir.sizeLimit=1Gi'].flatMap((value) => ['--set', value]));
  plant = await installPlant(namespace);
  await firstSync(plant);
  // A poll between a push and its push event would be what brought the commit.
  const silent = JSON.stringify({ spec: { polling: { enabled: false } } });
  await kubectl(['-n', namespace, 'patch', 'stokers', stokerName, '--type=merge', '-p', silent]);
}, 600_000);

afterAll(async () => {
  await plant?.remove();
  await installStoker();
  await removeCollector?.();
}, 300_000);

/** Of this plant, what all programs have printed. */
async function printed(): Promise<readonly AuditRecord[]> {
  const said = await everythingSaid([namespace, releaseNamespace]);
  const lines = [...said].flatMap(([source, text]) => (source.startsWith('log of ') ? text.split('\n') : []));
  return lines
    .filter((line) => line.includes('"stream":"audit"'))
    .map(parseAuditRecord)
    .filter(isOfPlant);
}

function isOfPlant({ object }: AuditRecord): boolean {
  return object.namespace === namespace;
}

function isSame(a: AuditRecord, b: AuditRecord): number {
  return a.id < b.id ? -1 : 1;
}

test('a push event is one delivery, and a release and a sync of each gateway that have its commit', async () => {
  const commit = await pushNext(plant);
  await allSynced(namespace, commit);
  await eventually('all of it is recorded', async () => {
    const records = (await printed()).filter((record) => record.commit === commit);
    const ofGateways = plantGateways.map(({ name }) => name).toSorted();
    const gatewaysOf = (action: string) =>
      records
        .filter((record) => record.action === action)
        .map(({ object }) => String(object.gateway))
        .toSorted();
    expect([gatewaysOf('release'), gatewaysOf('sync')]).toEqual([ofGateways, ofGateways]);
    const [delivery, ...others] = records.filter(({ action }) => action === 'delivery');
    expect(others).toEqual([]);
    expect(delivery).toMatchObject({
      app: 'controller',
      object: { stoker: stokerName },
      outcome: 'Accepted',
      trigger: { kind: 'pushEvent', sender: 'github' },
    });
    for (const record of records.filter(({ action }) => action === 'release'))
      expect(record).toMatchObject({ outcome: 'Released', trigger: delivery?.trigger, ref: 'main' });
    for (const record of records.filter(({ action }) => action === 'sync'))
      expect(record).toMatchObject({ app: 'agent', outcome: 'Synced', trigger: { kind: 'release' } });
  });
});

test('each gateway was injected once, and it is said who made its pod', async () => {
  const injections = (await printed()).filter(({ action }) => action === 'injection');
  expect(injections.map(({ object, outcome }) => `${object.pod} ${outcome}`).toSorted()).toEqual(
    plantGateways.map(({ name }) => `${name}-0 Injected`).toSorted(),
  );
  for (const { trigger } of injections)
    expect(trigger).toEqual({ kind: 'admission', by: expect.stringContaining('statefulset-controller') });
});

test('the collector has all that is printed, in one copy, also what came while it was away', async () => {
  await collector.setAway(true);
  writeFileSync(join(plant.repository.workTree, 'projects/plant-base/NOTE.md'), 'a change');
  const commit = await plant.repository.push('a change');
  expect(await deliverGitHubPush({ repository: plant.repository.url, branch: 'main', commit })).toBe(202);
  await allSynced(namespace, commit);
  await collector.setAway(false);
  await eventually('it has caught up', async () => {
    const received = (await collector.received()).map(({ record }) => record).filter(isOfPlant);
    expect(received.filter((record) => record.commit === commit)).not.toEqual([]);
    expect(received.toSorted(isSame)).toEqual([...(await printed())].toSorted(isSame));
  });
});

test('the file of each pod has what it prints', async () => {
  const inController = ['-n', releaseNamespace, 'exec', 'deploy/stoker-controller', '--'];
  // What is just recorded is not in both at one time.
  await eventually('both have the same', async () => {
    const files = await kubectl([
      ...inController,
      'node',
      '-e',
      'const fs = require("fs"); for (const f of fs.readdirSync("/var/log/stoker")) console.log(fs.readFileSync(`/var/log/stoker/${f}`, "utf8"))',
    ]);
    const inFile = files
      .split('\n')
      .filter((line) => line !== '')
      .map(parseAuditRecord)
      .filter(isOfPlant);
    const ofController = (await printed()).filter(({ app }) => app === 'controller');
    expect(inFile.toSorted(isSame)).toEqual(ofController.toSorted(isSame));
  });
});

test('agents never hold the token of the installation, and no record holds any credential', async () => {
  const received = await collector.received();
  const tokensOf = (apps: readonly string[]) =>
    new Set(received.filter(({ record }) => apps.includes(record.app)).map(({ token }) => token));
  expect([...tokensOf(['controller', 'injector'])]).toEqual([`Bearer ${collectorToken}`]);
  const ofAgents = [...tokensOf(['agent'])].map((token) => {
    const [, payload = ''] = token.split('.');
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  });
  expect(ofAgents.length).toBeGreaterThan(0);
  for (const claims of ofAgents) expect(claims).toMatchObject({ aud: ['stoker-audit'] });

  const text = JSON.stringify([...(await printed()), ...received.map(({ record }) => record)]);
  const canaries = { git: plant.repository.token, receiverSecret, gatewayApiToken, collectorToken };
  const leaks = Object.entries(canaries).flatMap(([canary, secret]) =>
    Object.entries(formsOf(secret)).flatMap(([form, spellings]) =>
      spellings.some((spelling) => text.includes(spelling)) ? [`${canary} ${form}`] : [],
    ),
  );
  expect(leaks).toEqual([]);
});
