// Two profiles of one gateway that get in each other's way, where the resources show it and where only the commit does; and two
// gateways on one volume.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { kubectl } from '../src/cluster/kubectl.ts';
import { deliverPush, firstSync, pushNext } from '../src/plant/cycle.ts';
import { endState } from '../src/plant/endState.ts';
import { eventually } from '../src/plant/eventually.ts';
import { gatewayManifests } from '../src/plant/gateways.ts';
import { installPlant, type Plant, stokerName } from '../src/plant/installPlant.ts';
import { allSynced, type ObservedStoker } from '../src/plant/observe.ts';
import { applyObjects, getObject, listObjects } from '../src/plant/resources.ts';
import { readGatewayFile } from '../src/plant/simulator.ts';

jest.setTimeout(240_000);

const namespace = 'e2e-conflicts';
let plant: Plant;

beforeAll(async () => {
  plant = await installPlant(namespace, (gateway) => ({ ...gateway, keepsFolder: gateway.name === 'site' }));
  await firstSync(plant);
}, 300_000);

afterAll(async () => {
  await plant?.remove();
}, 150_000);

/** The second profile of the site gateway, beside `site`. */
function extraProfile(mapping: object): Promise<void> {
  const metadata = { name: 'extra', namespace };
  return applyObjects([
    { apiVersion: 'stoker.io/v1alpha1', kind: 'SyncProfile', metadata, spec: { mappings: [mapping] } },
  ]);
}

const harmless = { source: 'README.md', destination: 'PLANT.md', type: 'file' };

async function siteGateway() {
  const { status } = await getObject<ObservedStoker>(namespace, 'stokers', stokerName);
  return status?.discoveredGateways?.find(({ name }) => name === 'site');
}

async function noConflictsOf(profile: string) {
  const { status } = await getObject<Profile>(namespace, 'syncprofiles', profile);
  return status?.conditions?.find(({ type }) => type === 'NoConflicts');
}

interface Profile {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[];
  };
}

async function warnings(): Promise<readonly string[]> {
  const events = await listObjects<{ type: string; note: string }>(namespace, 'events.events.k8s.io');
  return events.filter(({ type }) => type === 'Warning').map(({ note }) => note);
}

test('a gateway takes the files of two profiles', async () => {
  await extraProfile(harmless);
  await kubectl(['-n', namespace, 'annotate', 'pod', 'site-0', 'stoker.io/sync-profile=site,extra', '--overwrite']);
  await eventually('the file of the second profile is there', () => readGatewayFile(namespace, 'site-0', 'PLANT.md'));
  await allSynced(namespace, plant.firstCommit);
  await eventually('nothing is in its way', async () =>
    expect(await noConflictsOf('extra')).toMatchObject({ status: 'True' }),
  );
});

test('two that claim one folder are named by both, and by an event; the gateway keeps what it has, and the others go on', async () => {
  const before = await endState(namespace);
  await extraProfile({ source: 'projects/area-operations', destination: 'projects/plant-base' });
  const both = expect.stringMatching(/site .*extra .*claim "projects\/plant-base"/);
  for (const profile of ['site', 'extra']) {
    await eventually(`${profile} says so`, async () =>
      expect(await noConflictsOf(profile)).toMatchObject({ status: 'False', message: both }),
    );
  }
  await eventually('an event says so', async () => expect(await warnings()).toContainEqual(both));
  expect((await endState(namespace))['site']).toEqual(before['site']);
  const commit = await pushNext(plant);
  await eventually('the others have the next commit', async () => {
    const { status } = await getObject<ObservedStoker>(namespace, 'stokers', stokerName);
    const commits = status?.discoveredGateways?.map(({ name, commit: at }) => [name, at]);
    const others = ['area-north', 'area-south'].map((name) => [name, commit]);
    expect(commits).toEqual([...others, ['site', plant.firstCommit]]);
  });
  expect((await endState(namespace))['site']).toEqual(before['site']);
  await extraProfile(harmless);
  await allSynced(namespace, commit);
  // Profiles are looked at apart from their Stoker.
  await eventually('the profile says that it is over', async () =>
    expect(await noConflictsOf('site')).toMatchObject({ status: 'True' }),
  );
});

test('two that write one file, as only the commit shows, are refused with both sources', async () => {
  const before = await endState(namespace);
  await extraProfile({ source: 'projects', destination: 'projects', prune: 'owned' });
  await eventually('the gateway says so', async () =>
    expect(await siteGateway()).toMatchObject({
      phase: 'Failed',
      error: {
        reason: 'PathConflict',
        message: expect.stringMatching(
          /SyncProfile site, spec.mappings\[\d+\].source "projects\/[a-z-]+" and SyncProfile extra, spec.mappings\[0\].source "projects" are both mapped to "projects/,
        ),
      },
    }),
  );
  expect((await endState(namespace))['site']).toEqual(before['site']);
  await extraProfile(harmless);
  await eventually('it is well again', async () => expect(await siteGateway()).toMatchObject({ phase: 'Synced' }));
  expect((await endState(namespace))['site']).toEqual(before['site']);
});

test('two gateways that write one volume are both held and named, until one of them goes', async () => {
  const before = await endState(namespace);
  const twin = gatewayManifests({ name: 'twin', profile: 'site', claim: 'data-site-0' }, namespace);
  await applyObjects(twin);
  const both = expect.stringMatching(/site of plant and twin of plant write one volume/);
  await eventually('both are told', async () => {
    const { status } = await getObject<ObservedStoker>(namespace, 'stokers', stokerName);
    const told = status?.discoveredGateways?.filter(({ name }) => name === 'site' || name === 'twin');
    expect(told?.map(({ error }) => error)).toEqual([
      expect.objectContaining({ reason: 'VolumeConflict', message: both }),
      expect.objectContaining({ reason: 'VolumeConflict', message: both }),
    ]);
  });
  await eventually('an event says so', async () => expect(await warnings()).toContainEqual(both));
  writeFileSync(join(plant.repository.workTree, 'projects/plant-base/NOTE.md'), 'for everybody');
  const commit = await plant.repository.push('A note for everybody');
  await deliverPush(plant, commit);
  await eventually('the commit is held for the one that was there', async () =>
    expect(await siteGateway()).toMatchObject({ held: { gate: 'volumeConflict', message: both } }),
  );
  expect((await endState(namespace))['site']).toEqual(before['site']);
  await kubectl(['-n', namespace, 'delete', 'statefulset', 'twin']);
  await allSynced(namespace, commit);
  expect(await readGatewayFile(namespace, 'site-0', 'projects/plant-base/NOTE.md')).toBe('for everybody');
});
