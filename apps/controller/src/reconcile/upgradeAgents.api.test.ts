// Agents of another image than new pods would get: told, and upgraded in their running pods where the CR says so.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pods } from '@stoker/kube';
import type { Pod } from '../gateways/podFacts.ts';
import { createGatewayPod, eventually } from '../testing/cluster.ts';
import { changeStoker, expectCondition, releaseFirst } from '../testing/firstRelease.ts';
import type { Plant } from '../testing/plant.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();
/** Pods of these tests have the image `stoker-agent`. */
const wanted = 'stoker-agent:2';

let stopReplica: () => Promise<void>;
beforeEach(async () => {
  const plant = thePlant();
  await plant.stop();
  const app = await plant.startReplica('new', { leaderElect: false, agentImage: wanted });
  stopReplica = () => app.stop();
});
afterEach(() => stopReplica());

async function podOf({ client, namespace }: Plant, name: string): Promise<Pod> {
  return client.get<Pod>(pods, { namespace, name });
}

async function images(plant: Plant): Promise<readonly (string | undefined)[]> {
  const found = await Promise.all(['site-0', 'site-1'].map((name) => podOf(plant, name)));
  return found.map(({ spec }) => spec?.initContainers?.find(({ name }) => name === 'stoker-agent')?.image);
}

/** As the kubelet says it: here are no nodes. */
async function runAgent({ client, namespace }: Plant, name: string, containerID: string): Promise<void> {
  const state = { running: {} };
  const facts = { image: 'x', imageID: 'x', ready: true, started: true, restartCount: 0 };
  const container = { name: 'stoker-agent', containerID, state, ...facts };
  const patch = { status: { phase: 'Running', initContainerStatuses: [container] } };
  await client.mergePatch(pods, { namespace, name }, patch, { subresource: 'status' });
}

test('by default they are told and left alone; in place they follow one another, and their pods stay', async () => {
  const plant = thePlant();
  await releaseFirst(plant);
  await createGatewayPod(plant.client, plant.namespace, { name: 'site-1', cr: 'plant' });
  for (const gateway of ['site-0', 'site-1']) {
    await plant.reportSynced('plant', gateway);
    await runAgent(plant, gateway, `old://${gateway}`);
  }
  const message = expect.stringMatching(/stoker-agent:2: site-0, site-1; .*upgradePolicy/);
  await expectCondition(plant, 'AgentOutdated', { status: 'True', reason: 'AgentOutdated', message });
  await expectCondition(plant, 'Ready', { status: 'True' });
  expect(await images(plant)).toEqual(['stoker-agent', 'stoker-agent']);
  const before = await podOf(plant, 'site-0');

  await changeStoker(plant, { agent: { upgradePolicy: 'InPlace' } });
  await eventually('the first is upgraded', async () => expect(await images(plant)).toEqual([wanted, 'stoker-agent']));
  // Its old container runs on until the kubelet comes to it: nobody follows.
  await expectCondition(plant, 'AgentOutdated', { status: 'True', message: expect.stringContaining(': site-1;') });
  expect(await images(plant)).toEqual([wanted, 'stoker-agent']);
  await plant.reportSynced('plant', 'site-0');
  expect(await images(plant)).toEqual([wanted, 'stoker-agent']);
  await runAgent(plant, 'site-0', 'new://site-0');
  await eventually('the second follows', async () => expect(await images(plant)).toEqual([wanted, wanted]));
  await expectCondition(plant, 'AgentOutdated', { status: 'False' });

  const after = await podOf(plant, 'site-0');
  expect(after.metadata.uid).toBe(before.metadata.uid);
  const withoutImage = ({ spec }: Pod) => ({
    ...spec,
    initContainers: spec?.initContainers?.map((container) => ({ ...container, image: '' })),
  });
  expect(withoutImage(after)).toEqual(withoutImage(before));
});

test("the Stoker's own image goes before that of the installation", async () => {
  const plant = thePlant();
  await releaseFirst(plant, { agent: { image: 'stoker-agent' } });
  await eventually('its agent is the one that it should be', async () =>
    expect(await plant.condition('plant', 'AgentOutdated')).toMatchObject({ status: 'False' }),
  );
});
