import { describe, expect, test } from '@jest/globals';
import { annotations, syncProfiles } from '@stoker/crd-types';
import { pods } from '@stoker/kube';
import { applyProfile, createGatewayPod, eventually } from '../testing/cluster.ts';
import { changeStoker, expectCondition, expectRelease, pushSecond, releaseFirst } from '../testing/firstRelease.ts';
import type { Plant } from '../testing/plant.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();

function mapped(plant: Plant, name: string, destination: string) {
  return applyProfile(plant.client, plant.namespace, name, { mappings: [{ source: 'projects', destination }] });
}

async function expectNoConflicts(plant: Plant, name: string, expected: object): Promise<void> {
  await eventually(`NoConflicts of ${name} is ${JSON.stringify(expected)}`, async () => {
    const profile = await plant.client.get(syncProfiles, { namespace: plant.namespace, name });
    const found = profile.status?.conditions?.find(({ type }) => type === 'NoConflicts');
    expect(found).toMatchObject(expected);
  });
}

describe('two profiles of one gateway', () => {
  test('are one release; where they claim one folder both say so, and the gateway keeps what it has', async () => {
    const plant = thePlant();
    const commit = await plant.repository.commit({ 'projects/a/project.json': '{}' });
    await mapped(plant, 'base', 'projects');
    await mapped(plant, 'site', 'others');
    await changeStoker(plant, {});
    const notes = { [annotations.syncProfile]: 'base,site' };
    await createGatewayPod(plant.client, plant.namespace, { name: 'site-0', cr: 'plant', notes });
    await expectRelease(plant, 'site-0', commit);
    const before = (await plant.metadata('plant', 'site-0')).release;
    expect(before?.profile.mappings.map(({ destination, profile }) => [destination, profile])).toEqual([
      ['projects', 'base'],
      ['others', 'site'],
    ]);
    await plant.reportSynced('plant', 'site-0');
    await expectCondition(plant, 'Ready', { status: 'True' });

    await mapped(plant, 'site', 'projects');
    const both = expect.stringMatching(/base .*site .*both claim "projects"/);
    for (const name of ['base', 'site']) {
      await expectNoConflicts(plant, name, { status: 'False', reason: 'ProfilesConflict', message: both });
    }
    await eventually('the gateway says so', async () => {
      const [gateway] = (await plant.stoker('plant')).status?.discoveredGateways ?? [];
      expect(gateway?.error).toMatchObject({ reason: 'ProfilesConflict', message: both });
    });
    // Of a status that was written, the event comes a moment later.
    await eventually('the events say so', () => {
      for (const subject of ['plant', 'base', 'site']) {
        expect(plant.events).toContainEqual(
          expect.stringMatching(new RegExp(`^${subject} Warning ProfilesConflict: .*base .*site `)),
        );
      }
    });
    expect((await plant.metadata('plant', 'site-0')).release).toEqual(before);

    await mapped(plant, 'site', 'elsewhere');
    for (const name of ['base', 'site']) await expectNoConflicts(plant, name, { status: 'True' });
    await eventually('the next release is told', async () => {
      const { release } = await plant.metadata('plant', 'site-0');
      expect(release?.profile.mappings.map(({ destination }) => destination)).toEqual(['projects', 'elsewhere']);
    });
  });

  test('are no conflict once no gateway names both', async () => {
    const plant = thePlant();
    await plant.repository.commit({ 'projects/a/project.json': '{}' });
    for (const name of ['base', 'site']) await mapped(plant, name, 'projects');
    await changeStoker(plant, {});
    const notes = { [annotations.syncProfile]: 'base,site' };
    await createGatewayPod(plant.client, plant.namespace, { name: 'site-0', cr: 'plant', notes });
    await expectNoConflicts(plant, 'site', { status: 'False' });
    const alone = { metadata: { annotations: { [annotations.syncProfile]: 'site' } } };
    await plant.client.mergePatch(pods, { namespace: plant.namespace, name: 'site-0' }, alone);
    for (const name of ['base', 'site']) await expectNoConflicts(plant, name, { status: 'True' });
    await eventually('the gateway has one profile', async () => {
      expect((await plant.metadata('plant', 'site-0')).release?.profileNames).toEqual(['site']);
    });
  });
});

test('two gateways on one volume are both held, with both named, until one of them goes', async () => {
  const plant = thePlant();
  const first = await releaseFirst(plant);
  const { client, namespace } = plant;
  await client.delete(pods, { namespace, name: 'site-0' });
  await createGatewayPod(client, namespace, { name: 'north-0', cr: 'plant', claim: 'data' });
  await expectRelease(plant, 'north-0', first);
  await createGatewayPod(client, namespace, { name: 'south-0', cr: 'plant', claim: 'data' });
  const both = 'north-0 of plant and south-0 of plant';
  await expectCondition(plant, 'AllGatewaysSynced', {
    reason: 'VolumeConflict',
    message: expect.stringContaining(both),
  });
  const second = await pushSecond(plant);
  await eventually('the second commit is held from both', async () => {
    const hold = { gate: 'volumeConflict', candidate: { commit: second }, message: expect.stringContaining(both) };
    const [north, south] = [await plant.metadata('plant', 'north-0'), await plant.metadata('plant', 'south-0')];
    expect([north.held, south.held]).toMatchObject([hold, hold]);
    expect([north.release?.commit, south.release]).toEqual([first, undefined]);
  });
  await client.delete(pods, { namespace, name: 'south-0' });
  await expectRelease(plant, 'north-0', second);
});
