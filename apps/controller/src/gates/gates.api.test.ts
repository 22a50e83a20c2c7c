import { describe, expect, test } from '@jest/globals';
import { annotations } from '@stoker/crd-types';
import { pods } from '@stoker/kube';
import { createGatewayPod, eventually } from '../testing/cluster.ts';
import {
  changeStoker,
  expectCondition,
  expectRelease,
  expectSeen,
  pushSecond,
  releaseFirst,
} from '../testing/firstRelease.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();

describe('a paused CR', () => {
  test('holds a new commit back, names it, and gives its last release to a pod that is made anew', async () => {
    const plant = thePlant();
    const first = await releaseFirst(plant);
    const { client, namespace } = plant;
    await plant.reportSynced('plant', 'site-0');
    await changeStoker(plant, { paused: true });
    await expectSeen(plant);
    const second = await pushSecond(plant);
    await eventually('the second commit is held', async () => {
      const { held } = await plant.metadata('plant', 'site-0');
      expect(held).toMatchObject({ gate: 'paused', candidate: { commit: second } });
    });
    await client.delete(pods, { namespace, name: 'site-0' });
    const pod = await createGatewayPod(client, namespace, { name: 'site-0', cr: 'plant' });
    await eventually('the new pod is told', async () => {
      const told = await plant.metadata('plant', 'site-0');
      expect(told).toMatchObject({ podUID: pod.metadata.uid, release: { commit: first }, held: { reason: 'Paused' } });
    });
    await changeStoker(plant, {});
    await expectRelease(plant, 'site-0', second);
    expect((await plant.metadata('plant', 'site-0')).held).toBeUndefined();
  });

  test('whose repository is changed keeps its release obtainable, for a pod on an empty volume too', async () => {
    const plant = thePlant();
    const first = await releaseFirst(plant);
    const { client, namespace } = plant;
    await plant.reportSynced('plant', 'site-0');
    await expectCondition(plant, 'Ready', { status: 'True' });
    const next = await plant.makeRepository('next');
    const second = await next.repository.commit({ 'projects/site/project.json': '{"next":true}' });
    await changeStoker(plant, { git: { repo: next.repo, ref: 'main' }, paused: true });
    await eventually('the commit of the new repository is held', async () => {
      expect((await plant.metadata('plant', 'site-0')).held).toMatchObject({ candidate: { commit: second } });
    });
    await client.delete(pods, { namespace, name: 'site-0' });
    const pod = await createGatewayPod(client, namespace, { name: 'site-0', cr: 'plant' });
    await createGatewayPod(client, namespace, { name: 'site-1', cr: 'plant' });
    const readable = { repository: { url: plant.repo }, release: { commit: first, repository: plant.repo } };
    await eventually('both pods are told where the last release is', async () => {
      expect(await plant.metadata('plant', 'site-0')).toMatchObject({ podUID: pod.metadata.uid, ...readable });
      expect(await plant.metadata('plant', 'site-1')).toMatchObject(readable);
    });
    await plant.reportSynced('plant', 'site-0');
    await plant.reportSynced('plant', 'site-1');
    await expectCondition(plant, 'Ready', { reason: 'Paused', message: expect.stringContaining(plant.repo) });
    await changeStoker(plant, { git: { repo: next.repo, ref: 'main' } });
    await expectRelease(plant, 'site-0', second);
    expect((await plant.metadata('plant', 'site-0')).repository.url).toBe(next.repo);
  });

  test('starts a gateway that is new from the last complete rollout of its profile', async () => {
    const plant = thePlant();
    const first = await releaseFirst(plant);
    await plant.reportSynced('plant', 'site-0');
    await expectCondition(plant, 'Ready', { status: 'True' });
    await changeStoker(plant, { paused: true });
    await plant.stop();
    await plant.start();
    await createGatewayPod(plant.client, plant.namespace, { name: 'site-1', cr: 'plant' });
    await eventually('the new gateway is told', async () => {
      expect((await plant.metadata('plant', 'site-1')).release).toMatchObject({ commit: first, source: 'bootstrap' });
    });
  });
});

test('two gateways with one name are both held, and go on once they have two', async () => {
  const plant = thePlant();
  const first = await releaseFirst(plant);
  const { client, namespace } = plant;
  const notes = { [annotations.gatewayName]: 'site-0' };
  await createGatewayPod(client, namespace, { name: 'twin', cr: 'plant', notes });
  await expectCondition(plant, 'AllGatewaysSynced', { reason: 'GatewayNameConflict' });
  const second = await pushSecond(plant);
  await eventually('the second commit is held', async () => {
    const told = await plant.metadata('plant', 'site-0');
    expect(told).toMatchObject({ release: { commit: first }, held: { reason: 'GatewayNameConflict' } });
  });
  const renamed = { metadata: { annotations: { [annotations.gatewayName]: 'other' } } };
  await client.mergePatch(pods, { namespace, name: 'twin' }, renamed);
  await expectRelease(plant, 'site-0', second);
  await expectRelease(plant, 'other', second);
});
