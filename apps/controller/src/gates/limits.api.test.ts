// A commit that spreads over the gateways a few at a time: `spec.limits`.
import { expect, test } from '@jest/globals';
import { documentKeys, metadataName, parseMetadataDocument } from '@stoker/crd-types';
import { configMaps, pods } from '@stoker/kube';
import { createGatewayPod, eventually } from '../testing/cluster.ts';
import { changeStoker, expectCondition, expectSeen, pushSecond, releaseFirst } from '../testing/firstRelease.ts';
import type { Plant } from '../testing/plant.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();
const names = ['site-0', 'site-1', 'site-2', 'site-3', 'site-4'];

async function install(plant: Plant): Promise<string> {
  const first = await releaseFirst(plant);
  for (const name of names.slice(1)) {
    await createGatewayPod(plant.client, plant.namespace, { name, cr: 'plant' });
  }
  for (const name of names) await plant.reportSynced('plant', name);
  for (const name of names) await runAgent(plant, name);
  // Only where an agent is seen to run does its gateway hold a place.
  for (const type of ['AgentReady', 'Ready']) await expectCondition(plant, type, { status: 'True' });
  return first;
}

/** As the kubelet says it: here are no nodes. */
async function runAgent(plant: Plant, name: string, state: object = { running: {} }): Promise<void> {
  const container = { name: 'stoker-agent', image: 'x', imageID: 'x', ready: true, restartCount: 0, state };
  const patch = { status: { phase: 'Running', initContainerStatuses: [container] } };
  await plant.client.mergePatch(pods, { namespace: plant.namespace, name }, patch, { subresource: 'status' });
}

async function gatewaysOn(plant: Plant, commit: string): Promise<readonly string[]> {
  const on = [];
  for (const name of names) {
    const key = { namespace: plant.namespace, name: metadataName('plant', name) };
    const document = parseMetadataDocument(
      (await plant.client.get(configMaps, key)).data?.[documentKeys.metadata] ?? '',
    );
    if (document.release?.commit === commit) on.push(name);
  }
  return on;
}

async function expectOn(plant: Plant, commit: string, count: number): Promise<readonly string[]> {
  return eventually(`${count} gateways are told ${commit}`, async () => {
    const on = await gatewaysOn(plant, commit);
    expect(on).toHaveLength(count);
    return on;
  });
}

test('no more than that many are on their way; each that ends makes room for the next', async () => {
  const plant = thePlant();
  await install(plant);
  await changeStoker(plant, { limits: { maxConcurrentSyncs: 2 } });
  await expectSeen(plant);
  const second = await pushSecond(plant);
  const [one, two] = await expectOn(plant, second, 2);
  await expectCondition(plant, 'Ready', { status: 'False', message: expect.stringContaining('waits for its turn') });
  expect((await plant.stoker('plant')).status?.queuedGateways).toBe(3);
  expect((await plant.metadata('plant', 'site-4')).held).toMatchObject({ gate: 'limits', reason: 'LimitReached' });

  await plant.reportSynced('plant', one ?? '');
  await expectOn(plant, second, 3);
  // One whose agent crashed gives its place to others.
  await runAgent(plant, two ?? '', { waiting: { reason: 'CrashLoopBackOff' } });
  await expectOn(plant, second, 4);
  const failed = {
    phase: 'Failed' as const,
    error: { reason: 'StorageFull', message: 'full', since: new Date().toISOString(), attempt: 1 },
  };
  for (const name of await gatewaysOn(plant, second)) {
    if (name !== one && name !== two) await plant.reportSynced('plant', name, { releaseId: 'release-0', ...failed });
  }
  await expectOn(plant, second, 5);
  await eventually('nobody waits', async () => expect((await plant.stoker('plant')).status?.queuedGateways).toBe(0));
});

test('only so many are sent within a minute, also by a controller that has just started', async () => {
  const plant = thePlant();
  await install(plant);
  await changeStoker(plant, { limits: { maxSyncsPerMinute: 100 } });
  const limits = { maxSyncsPerMinute: 7 };
  await changeStoker(plant, { limits });
  await expectSeen(plant);
  // Five were sent their first release just now: two are left.
  const second = await pushSecond(plant);
  const sent = await expectOn(plant, second, 2);
  for (const name of sent) await plant.reportSynced('plant', name);
  await plant.stop();
  await plant.start();
  // Another spec with the same limits: only the new controller can have seen it.
  await changeStoker(plant, { limits, polling: { enabled: false, interval: '2m' } });
  await expectSeen(plant);
  await expectCondition(plant, 'RefSkew', { status: 'True', reason: 'HeldByGate' });
  expect(await gatewaysOn(plant, second)).toEqual(sent);
  expect((await plant.metadata('plant', 'site-4')).held?.message).toContain('spec.limits.maxSyncsPerMinute is 7');
  await changeStoker(plant, {});
  await expectOn(plant, second, 5);
});
