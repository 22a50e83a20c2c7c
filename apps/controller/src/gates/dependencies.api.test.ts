// Areas that go after the site: `dependsOn` of their profile.
import { expect, test } from '@jest/globals';
import { annotations, syncProfiles } from '@stoker/crd-types';
import { pods } from '@stoker/kube';
import { applyProfile, createGatewayPod, eventually } from '../testing/cluster.ts';
import { changeStoker, expectCondition, expectRelease, pushSecond } from '../testing/firstRelease.ts';
import type { Plant } from '../testing/plant.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();
const mappings = [{ source: '.', destination: '.' }];

async function gateway(plant: Plant, name: string, profile: string): Promise<void> {
  const notes = { [annotations.syncProfile]: profile };
  await createGatewayPod(plant.client, plant.namespace, { name, cr: 'plant', notes });
}

/** Profile `site`, profile `area` that depends on it, a gateway each; nothing is synced. */
async function install(plant: Plant): Promise<string> {
  const commit = await plant.repository.commit({ 'projects/site/project.json': '{}' });
  await applyProfile(plant.client, plant.namespace, 'site', { mappings });
  await applyProfile(plant.client, plant.namespace, 'area', { mappings, dependsOn: [{ profileName: 'site' }] });
  await changeStoker(plant, {});
  await gateway(plant, 'area-0', 'area');
  return commit;
}

async function expectHeld(plant: Plant, name: string, held: object): Promise<void> {
  await eventually(`${name} is held`, async () => {
    expect((await plant.metadata('plant', name)).held).toMatchObject({ gate: 'dependencies', ...held });
  });
}

test('an area gets each commit once the site has completed it, from the very first', async () => {
  const plant = thePlant();
  const first = await install(plant);
  await expectHeld(plant, 'area-0', { message: expect.stringContaining('no gateway follows SyncProfile site') });
  await gateway(plant, 'site-0', 'site');
  await expectRelease(plant, 'site-0', first);
  await expectHeld(plant, 'area-0', { candidate: { commit: first }, reason: 'DependencyNotSynced' });
  expect((await plant.metadata('plant', 'area-0')).release).toBeUndefined();
  await expectCondition(plant, 'DependenciesMet', { status: 'False', message: expect.stringContaining('area-0: ') });
  await expectCondition(plant, 'Reconciling', { status: 'True' });

  await plant.reportSynced('plant', 'site-0');
  await expectRelease(plant, 'area-0', first);
  await plant.reportSynced('plant', 'area-0');
  await expectCondition(plant, 'DependenciesMet', { status: 'True' });
  await expectCondition(plant, 'Ready', { status: 'True' });

  const second = await pushSecond(plant);
  await expectHeld(plant, 'area-0', { candidate: { commit: second } });
  expect((await plant.metadata('plant', 'area-0')).release?.commit).toBe(first);
  // A pause hides the reason behind its own, and does not end it.
  await changeStoker(plant, { paused: true });
  await expectHeld(plant, 'area-0', { gate: 'paused', candidate: { commit: second } });
  const generation = (await plant.stoker('plant')).metadata.generation ?? 0;
  const unmet = { status: 'False', reason: 'DependencyNotSynced', observedGeneration: generation };
  await expectCondition(plant, 'DependenciesMet', unmet);
  await changeStoker(plant, {});
  // A busy branch: the site is told the third before the area has the second.
  await plant.reportSynced('plant', 'site-0');
  await expectRelease(plant, 'area-0', second);
  const third = await plant.repository.commit({ 'projects/site/third.json': '{}' });
  await plant.client.mergePatch(
    { group: 'stoker.io', version: 'v1alpha1', kind: 'Stoker', plural: 'stokers', namespaced: true },
    { namespace: plant.namespace, name: 'plant' },
    { metadata: { annotations: { [annotations.syncNow]: 'now' } } },
  );
  await expectRelease(plant, 'site-0', third);
  await expectHeld(plant, 'area-0', { candidate: { commit: third } });
  expect((await plant.metadata('plant', 'area-0')).release?.commit).toBe(second);
});

test('an area has what every gateway of the site has had, while they are told newer commits before all have reported', async () => {
  const plant = thePlant();
  const first = await install(plant);
  const sites = ['site-0', 'site-1'];
  for (const name of sites) {
    await gateway(plant, name, 'site');
    await expectRelease(plant, name, first);
  }
  const { release: told } = await plant.metadata('plant', 'site-1');
  await plant.reportSynced('plant', 'site-0');
  const second = await pushSecond(plant);
  for (const name of sites) await expectRelease(plant, name, second);
  expect((await plant.metadata('plant', 'area-0')).release).toBeUndefined();
  await plant.reportSynced('plant', 'site-1', { releaseId: told?.id ?? '', commit: first });
  await expectRelease(plant, 'area-0', first);
  await expectHeld(plant, 'area-0', { candidate: { commit: second } });
});

test('what the site has completed is remembered over a restart, and while no site is there', async () => {
  const plant = thePlant();
  const first = await install(plant);
  await gateway(plant, 'site-0', 'site');
  await expectRelease(plant, 'site-0', first);
  await plant.reportSynced('plant', 'site-0');
  await expectRelease(plant, 'area-0', first);
  await plant.stop();
  await plant.client.delete(pods, { namespace: plant.namespace, name: 'site-0' });
  await plant.start();
  await gateway(plant, 'area-1', 'area');
  await expectRelease(plant, 'area-1', first);
  expect((await plant.metadata('plant', 'area-1')).held).toBeUndefined();
});

test('a gateway on a ref of its own keeps no area waiting', async () => {
  const plant = thePlant();
  const first = await install(plant);
  await plant.repository.git(['branch', 'fix', 'main']);
  await gateway(plant, 'site-0', 'site');
  await gateway(plant, 'site-1', 'site');
  // Both are known: the one does not wait for a report of the other.
  for (const name of ['site-0', 'site-1']) await expectRelease(plant, name, first);
  await plant.reportSynced('plant', 'site-0');
  await expectHeld(plant, 'area-0', { candidate: { commit: first } });
  const patch = { metadata: { annotations: { [annotations.refOverride]: 'fix' } } };
  await plant.client.mergePatch(pods, { namespace: plant.namespace, name: 'site-1' }, patch);
  await expectRelease(plant, 'area-0', first);
  expect((await plant.metadata('plant', 'area-0')).held).toBeUndefined();
});

test('a profile that is deleted or refused holds, says so, and takes nothing away', async () => {
  const plant = thePlant();
  const first = await install(plant);
  await gateway(plant, 'site-0', 'site');
  await expectRelease(plant, 'site-0', first);
  await plant.reportSynced('plant', 'site-0');
  await expectRelease(plant, 'area-0', first);
  await plant.client.delete(syncProfiles, { namespace: plant.namespace, name: 'site' });
  const second = await pushSecond(plant);
  await expectHeld(plant, 'area-0', { reason: 'DependencyNotFound', candidate: { commit: second } });
  expect((await plant.metadata('plant', 'area-0')).release?.commit).toBe(first);
  await eventually('the profile says so', async () => {
    const area = await plant.client.get(syncProfiles, { namespace: plant.namespace, name: 'area' });
    expect(area.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'DependenciesMet', status: 'False', reason: 'DependencyNotFound' }),
    );
  });

  await applyProfile(plant.client, plant.namespace, 'other', { mappings });
  await applyProfile(plant.client, plant.namespace, 'site', { mappings, dependsOn: [{ profileName: 'other' }] });
  await eventually('the chain is refused', async () => {
    const area = await plant.client.get(syncProfiles, { namespace: plant.namespace, name: 'area' });
    expect(area.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Accepted', status: 'False', reason: 'DependencyChain' }),
    );
  });
  await expectCondition(plant, 'Stalled', { status: 'True', reason: 'ProfileNotAccepted' });
  expect((await plant.metadata('plant', 'area-0')).release?.commit).toBe(first);
});
