// Who gets a commit when: areas after the site, one at a time; and single gateways on another commit, profile or label, all
// without a restart of any pod.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { kubectl } from '../src/cluster/kubectl.ts';
import { deliverPush, firstSync, pushNext } from '../src/plant/cycle.ts';
import { eventually } from '../src/plant/eventually.ts';
import { installPlant, type Plant, stokerName } from '../src/plant/installPlant.ts';
import { allSynced, conditionOf, type ObservedStoker } from '../src/plant/observe.ts';
import { getObject, listObjects } from '../src/plant/resources.ts';
import { readGatewayFile } from '../src/plant/simulator.ts';

jest.setTimeout(300_000);

const namespace = 'e2e-ordering';
const areas = ['area-north', 'area-south'];
let plant: Plant;
let podsBefore: readonly (readonly [string, string, number])[];

beforeAll(async () => {
  plant = await installPlant(namespace);
  await firstSync(plant);
  podsBefore = await gatewayPods();
  for (const profile of areas) await patch('syncprofiles', profile, { spec: { dependsOn: [{ profileName: 'site' }] } });
  await patch('stokers', stokerName, { spec: { limits: { maxConcurrentSyncs: 1 } } });
});

afterAll(async () => {
  await plant?.remove();
});

/** Name, UID and restarts of everything in it. */
async function gatewayPods(): Promise<readonly (readonly [string, string, number])[]> {
  interface Pod {
    readonly metadata: { readonly name: string; readonly uid: string };
    readonly status: Readonly<
      Record<'initContainerStatuses' | 'containerStatuses', readonly { restartCount: number }[]>
    >;
  }
  const pods = await listObjects<Pod>(namespace, 'pods', 'app=ignition');
  return pods.map(({ metadata: { name, uid }, status }) => {
    const containers = [...status.initContainerStatuses, ...status.containerStatuses];
    return [name, uid, containers.reduce((sum, { restartCount }) => sum + restartCount, 0)];
  });
}

async function patch(kind: string, name: string, change: object): Promise<void> {
  await kubectl(['-n', namespace, 'patch', kind, name, '--type=merge', '-p', JSON.stringify(change)]);
}

async function annotate(pod: string, note: string): Promise<void> {
  await kubectl(['-n', namespace, 'annotate', 'pod', pod, note, '--overwrite']);
}

type Gateway = NonNullable<NonNullable<ObservedStoker['status']>['discoveredGateways']>[number] & {
  readonly history?: readonly { readonly at: string; readonly commit: string; readonly durationMs: number }[];
};

async function gatewayOf(name: string): Promise<Gateway> {
  const { status } = await getObject<ObservedStoker>(namespace, 'stokers', stokerName);
  const found = status?.discoveredGateways?.find((gateway) => gateway.name === name);
  if (found === undefined) throw new Error(`no gateway ${name}: ${JSON.stringify(status)}`);
  return found;
}

/** When the gateway was busy with the commit, in ms since the epoch. */
async function timeOf(name: string, commit: string): Promise<{ readonly from: number; readonly to: number }> {
  const result = (await gatewayOf(name)).history?.find((entry) => entry.commit === commit);
  if (result === undefined) throw new Error(`${name} tells nothing of ${commit}`);
  const to = Date.parse(result.at);
  return { from: to - result.durationMs, to };
}

test('a commit goes to the site, then to one area, then to the other', async () => {
  const commit = await pushNext(plant);
  await allSynced(namespace, commit);
  const site = await timeOf('site', commit);
  const [first, second] = (await Promise.all(areas.map((name) => timeOf(name, commit)))).toSorted(
    (a, b) => a.to - b.to,
  );
  expect(first?.from).toBeGreaterThanOrEqual(site.to);
  expect(second?.from).toBeGreaterThanOrEqual(first?.to ?? Infinity);
  await eventually('all is said to be well', async () => {
    expect(await conditionOf(namespace, 'DependenciesMet')).toMatchObject({ status: 'True' });
    expect(await conditionOf(namespace, 'RefSkew')).toMatchObject({ status: 'False' });
  });
});

test('a commit that the site refuses reaches no area, and the next one does', async () => {
  const before = (await gatewayOf('area-north')).commit;
  const broken = join(plant.repository.workTree, 'config/site/broken.json');
  writeFileSync(broken, '{ "no json"');
  const commit = await plant.repository.push('What only the site has, and cannot be');
  await deliverPush(plant, commit);
  await eventually('the areas wait, and say for whom', async () => {
    expect((await gatewayOf('site')).error).toMatchObject({ reason: 'InvalidJson' });
    const message = expect.stringContaining('SyncProfile site');
    expect((await gatewayOf('area-north')).held).toMatchObject({
      gate: 'dependencies',
      reason: 'DependencyNotSynced',
      message,
    });
    expect(await conditionOf(namespace, 'DependenciesMet')).toMatchObject({
      status: 'False',
      reason: 'DependencyNotSynced',
    });
  });
  expect((await gatewayOf('area-north')).commit).toBe(before);
  rmSync(broken);
  const repaired = await plant.repository.push('Without it');
  await deliverPush(plant, repaired);
  await allSynced(namespace, repaired);
});

test('one gateway goes to another commit and comes back, and RefSkew tells which and why', async () => {
  const { commit } = await gatewayOf('site');
  await annotate('area-north-0', `stoker.io/ref-override=${plant.firstCommit}`);
  await eventually('it runs the first commit again', async () => {
    expect(await gatewayOf('area-north')).toMatchObject({ commit: plant.firstCommit, phase: 'Synced' });
    const message = expect.stringContaining('area-north runs');
    expect(await conditionOf(namespace, 'RefSkew')).toMatchObject({ status: 'True', reason: 'RefOverridden', message });
    expect(await conditionOf(namespace, 'Ready')).toMatchObject({ status: 'True' });
  });
  expect((await gatewayOf('area-south')).commit).toBe(commit);
  await annotate('area-north-0', 'stoker.io/ref-override=no-such-branch');
  await eventually('a bad one is said', async () => {
    expect((await gatewayOf('area-north')).error).toMatchObject({ reason: 'RefNotFound' });
  });
  expect((await gatewayOf('area-north')).commit).toBe(plant.firstCommit);
  await annotate('area-north-0', 'stoker.io/ref-override-');
  await allSynced(namespace, commit ?? '');
});

test('a gateway goes over to another profile, and back', async () => {
  const tags = (area: string) => `config/resources/core/ignition/tag-definition/${area}`;
  const hasTags = async (area: string): Promise<boolean> => {
    const list = ['-n', namespace, 'exec', 'area-north-0', '-c', 'stoker-agent', '--', 'node', '-p'];
    const path = `/usr/local/bin/ignition/data/${tags(area)}`;
    return (await kubectl([...list, `require('fs').existsSync(${JSON.stringify(path)})`])).trim() === 'true';
  };
  for (const [profile, area, other] of [
    ['area-south', 'south', 'north'],
    ['area-north', 'north', 'south'],
  ] as const) {
    await annotate('area-north-0', `stoker.io/sync-profile=${profile}`);
    await eventually(`it has what ${profile} says`, async () =>
      expect([await hasTags(area), await hasTags(other)]).toEqual([true, false]),
    );
  }
});

test('a label that changes is in the files that a template made of it', async () => {
  const mapping = {
    source: 'gateways/{{.GatewayName}}/system-properties',
    destination: 'config/resources/core/ignition/system-properties',
    patches: [{ file: 'config.json', set: { '$.systemName': 'line-{{.Labels.line}}' } }],
  };
  await kubectl(['-n', namespace, 'label', 'pod', 'area-north-0', 'line=one']);
  const add = JSON.stringify([{ op: 'add', path: '/spec/mappings/-', value: mapping }]);
  await kubectl(['-n', namespace, 'patch', 'syncprofiles', 'area-north', '--type=json', '-p', add]);
  const expectName = (name: string) =>
    eventually(`it is called ${name}`, async () => {
      const path = 'config/resources/core/ignition/system-properties/config.json';
      expect(JSON.parse(await readGatewayFile(namespace, 'area-north-0', path))).toMatchObject({ systemName: name });
    });
  await expectName('line-one');
  await kubectl(['-n', namespace, 'label', 'pod', 'area-north-0', 'line=two', '--overwrite']);
  await expectName('line-two');
  expect(await gatewayPods()).toEqual(podsBefore);
});
