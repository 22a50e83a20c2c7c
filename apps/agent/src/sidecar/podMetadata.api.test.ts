import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { podSeen } from '@stoker/crd-types';
import { eventually, readFolder } from '../testing/folder.ts';
import { podUID, wholeFolder } from './testing/fixtures.ts';
import { createPlant, type Plant } from './testing/plant.ts';
import { createPod } from './testing/podOnApiServer.ts';

let plant: Plant;
beforeEach(async () => {
  plant = await createPlant();
});
afterEach(() => plant.close());

test('another gateway name of the pod is followed by the same process', async () => {
  const { client, namespace, crName, pod, repository, kubeconfig, metadata, synced } = plant;
  await pod.createReports();
  const first = await repository.commit({ 'a.txt': '1' });
  await pod.publish(metadata(first));
  const agent = pod.start(kubeconfig);
  await synced(first);

  const south = createPod({ client, namespace, crName, gatewayName: 'south', podUID });
  await south.createReports();
  const second = await repository.commit({ 'a.txt': '2' });
  await south.publish({ ...metadata(second), gatewayName: 'south' });
  pod.showInPod('annotations', 'stoker.io/gateway-name="No Name"');
  const seen = { 'stoker.io/gateway-name': 'No Name' };
  await eventually('what is no name is seen', async () =>
    isDeepStrictEqual((await pod.status())?.seen?.annotations, seen),
  );
  pod.showInPod('annotations', 'stoker.io/gateway-name="south"');
  await eventually('its status is the other one', async () => (await south.status())?.commit === second);
  expect([readFolder(pod.data), agent.process.exitCode]).toEqual([{ 'a.txt': '2' }, null]);
  expect((await pod.status())?.commit).toBe(first);
  await south.close();
}, 60_000);

test('a restarted agent goes on with the history that the one before it reported', async () => {
  const { pod, repository, kubeconfig, metadata, synced } = plant;
  await pod.createReports();
  const first = await repository.commit({ 'a.txt': '1' });
  await pod.publish(metadata(first));
  const before = pod.start(kubeconfig);
  await synced(first);
  before.process.kill('SIGKILL');
  await before.ended;
  const second = await repository.commit({ 'a.txt': '2' });
  await pod.publish(metadata(second));
  pod.start(kubeconfig);
  await synced(second);
  expect((await pod.status())?.history.map(({ commit }) => commit)).toEqual([second, first]);
}, 60_000);

describe('a label of the pod', () => {
  /** The next look is an hour away. */
  async function releaseByLine(): Promise<string> {
    const { pod, repository, kubeconfig, metadata } = plant;
    await pod.createReports();
    const commit = await repository.commit({ 'a.txt': 'a' });
    const mapping = { ...wholeFolder, destination: 'projects/{{.Labels.line}}' };
    await pod.publish(metadata(commit, { mappings: [mapping], syncPeriod: 3600 }));
    pod.start(kubeconfig);
    return commit;
  }

  test('that a template asks for ends its failure when it comes', async () => {
    const { pod, synced } = plant;
    const commit = await releaseByLine();
    await eventually('it is missed', async () => (await pod.status())?.error !== undefined);
    expect(await pod.status()).toMatchObject({ phase: 'Failed', error: { message: expect.stringContaining('line') } });
    pod.showInPod('labels', 'line="one"');
    await synced(commit);
    expect(readFolder(pod.data)).toEqual({ 'projects/one/a.txt': 'a' });
  }, 60_000);

  test('that changes is in the files at once, and the status says which pod it saw', async () => {
    const { pod, synced } = plant;
    pod.showInPod('labels', 'line="one"');
    const commit = await releaseByLine();
    await synced(commit);
    pod.showInPod('labels', 'line="two"');
    // For a moment a sync has written the one and not yet deleted the other.
    const moved = { 'projects/two/a.txt': 'a' };
    await eventually('the folder follows', () => isDeepStrictEqual(readFolder(pod.data), moved));
    const { labelsHash } = podSeen({ labels: { line: 'two' } });
    await eventually('the status says so', async () => (await pod.status())?.seen?.labelsHash === labelsHash);
    expect((await pod.status())?.seen?.annotations).toEqual({ 'stoker.io/gateway-name': 'north' });
  }, 60_000);
});
