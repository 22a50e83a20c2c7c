import { expect, test } from '@jest/globals';
import { annotations, labels, metadataName } from '@stoker/crd-types';
import { ApiError, configMaps, type KubeClient, pods, roleBindings, roles } from '@stoker/kube';
import { eventually } from '../testing/cluster.ts';
import { expectRelease, pushSecond, releaseFirst } from '../testing/firstRelease.ts';
import type { Plant } from '../testing/plant.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();

async function boundAccounts({ client, namespace }: Plant): Promise<readonly string[]> {
  const { items } = await client.list(roleBindings, { namespace, labelSelector: labels.cr });
  return items.flatMap(({ subjects = [] }) => subjects.map(({ name }) => name)).toSorted();
}

test('agents keep their rights while pods cannot be listed', async () => {
  const plant = thePlant();
  const { client, namespace } = plant;
  await releaseFirst(plant);
  await eventually('the agent has rights', async () => expect(await boundAccounts(plant)).toEqual(['default']));
  const versions = async () =>
    (await client.list(roles, { namespace })).items.map(({ metadata }) => [metadata.uid, metadata.resourceVersion]);
  const before = await versions();
  await plant.stop();
  let refused = 0;
  const refusePods = (path: string) => {
    if (!/\/pods(\?|$)/.test(path)) return;
    refused += 1;
    throw new ApiError('pods is forbidden', { status: 403, reason: 'Forbidden' });
  };
  const blind: KubeClient = {
    ...client,
    raw: async (method, path, body, options) => {
      refusePods(path);
      return client.raw(method, path, body, options);
    },
    stream: async (path, options) => {
      refusePods(path);
      return client.stream(path, options);
    },
  };
  const replica = await plant.startReplica('blind', { leaderElect: false, as: blind });
  try {
    await eventually('it has tried several times', () => expect(refused).toBeGreaterThan(3));
    expect(await versions()).toEqual(before);
    expect(await boundAccounts(plant)).toEqual(['default']);
  } finally {
    await replica.stop();
  }
  await plant.start();
  const second = await pushSecond(plant);
  await expectRelease(plant, 'site-0', second);
});

test('the rights of agents go when the last gateway with their account is gone for good', async () => {
  const plant = thePlant();
  const { client, namespace } = plant;
  await releaseFirst(plant);
  await eventually('the agent has rights', async () => expect(await boundAccounts(plant)).toEqual(['default']));
  await client.delete(pods, { namespace, name: 'site-0' });
  const key = { namespace, name: metadataName('plant', 'site-0') };
  await eventually('its absence is noted', async () => {
    const { metadata } = await client.get(configMaps, key);
    expect(metadata.annotations).toHaveProperty([annotations.absentSince]);
  });
  // It may come back: until then its rights stay.
  expect(await boundAccounts(plant)).toEqual(['default']);
  const longAgo = { metadata: { annotations: { [annotations.absentSince]: '2026-01-01T00:00:00Z' } } };
  await client.mergePatch(configMaps, key, longAgo);
  await eventually('Role and binding are gone', async () => {
    expect(await boundAccounts(plant)).toEqual([]);
    expect((await client.list(roles, { namespace, labelSelector: labels.cr })).items).toEqual([]);
  });
});
