import { expect, test } from '@jest/globals';
import { documentKeys, metadataName, stokers } from '@stoker/crd-types';
import { ApiError, configMaps, type KubeClient, roleBindings, roles } from '@stoker/kube';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../testing/cluster.ts';
import { changeStoker, expectCondition, expectRelease, pushOf, releaseFirst } from '../testing/firstRelease.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();

/** Names and UIDs of what the Stoker `plant` has: documents, Roles and bindings. */
async function possessions(client: KubeClient, namespace: string): Promise<readonly string[]> {
  const options = { namespace, labelSelector: 'stoker.io/cr=plant' };
  const lists = [client.list(configMaps, options), client.list(roles, options), client.list(roleBindings, options)];
  const found = (await Promise.all(lists)).flatMap(({ items }) => items);
  return found.map(({ metadata }) => `${metadata.name} ${metadata.uid}`).toSorted();
}

test.each([
  ['deleted', false],
  ['deleted and made anew under its name', true],
])(
  'a CR that is %s while its release is being written leaves the controller well',
  async (_, isMadeAnew) => {
    const plant = thePlant();
    const { client, namespace } = plant;
    const first = await releaseFirst(plant);
    const before = await plant.stoker('plant');
    await plant.stop();
    const meanwhile = Promise.withResolvers<void>();
    let hasBegun = false;
    const as: KubeClient = {
      ...client,
      mergePatch: async (type, key, patch, options) => {
        const isRelease = key.name === metadataName('plant', 'site-0');
        if (isRelease && !hasBegun) {
          hasBegun = true;
          await client.delete(stokers, { namespace, name: 'plant' });
          if (isMadeAnew) await changeStoker(plant, {});
          meanwhile.resolve();
        }
        return await client.mergePatch(type, key, patch, options);
      },
    };
    const second = await plant.repository.commit({ 'projects/site/view.json': '{}' });
    const replica = await plant.startReplica('interrupted', { leaderElect: false, as });
    try {
      await eventually('the release is being written', () => expect(hasBegun).toBe(true));
      await meanwhile.promise;
      // Not stuck, and no other's: what belongs to the one before is Kubernetes' to delete.
      if (!isMadeAnew) await changeStoker(plant, {});
      const { metadata } = await plant.stoker('plant');
      expect(metadata.uid).not.toBe(before.metadata.uid);
      await eventually('the release is of the new CR', async () => {
        const document = await client.get(configMaps, { namespace, name: metadataName('plant', 'site-0') });
        expect(document.metadata.ownerReferences).toMatchObject([{ uid: metadata.uid }]);
        expect(document.data?.[documentKeys.metadata]).toContain(second);
      });
      await eventually('its status is its own', async () => {
        expect((await plant.stoker('plant')).status?.observedGeneration).toBe(metadata.generation);
      });
      expect(first).not.toBe(second);
    } finally {
      await replica.stop();
    }
  },
  60_000,
);

test('while pods cannot be listed, gateways keep their documents and rights, and go on afterwards', async () => {
  const plant = thePlant();
  const { client, namespace } = plant;
  const first = await releaseFirst(plant);
  await plant.reportSynced('plant', 'site-0');
  await expectCondition(plant, 'Ready', { status: 'True' });
  await plant.stop();
  const before = await possessions(client, namespace);
  let isBroken = true;
  let refused = 0;
  const check = (path: string) => {
    if (!isBroken || !/\/pods(?:\?|$)/u.test(path)) return;
    refused += 1;
    throw new ApiError('etcdserver: request timed out', { status: 500, reason: 'InternalError' });
  };
  const as: KubeClient = {
    ...client,
    raw: async (method, path, body, options) => {
      check(path);
      return await client.raw(method, path, body, options);
    },
    stream: async (path, options) => {
      check(path);
      return await client.stream(path, options);
    },
  };
  const replica = await plant.startReplica('blind', { leaderElect: false, as });
  try {
    const second = await plant.repository.commit({ 'projects/site/view.json': '{}' });
    await plant.push(`/webhook/${namespace}/plant`, pushOf(plant, second), { port: replica.receiverPort });
    await eventually('it has asked for pods again and again', () => expect(refused).toBeGreaterThan(4));
    await delay(500);
    expect(await possessions(client, namespace)).toEqual(before);
    expect((await plant.metadata('plant', 'site-0')).release?.commit).toBe(first);
    expect((await plant.stoker('plant')).status?.discoveredGateways).toMatchObject([{ name: 'site-0' }]);
    isBroken = false;
    await expectRelease(plant, 'site-0', second);
    expect(await possessions(client, namespace)).toEqual(before);
  } finally {
    await replica.stop();
  }
}, 90_000);
