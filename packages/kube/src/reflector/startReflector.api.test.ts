import { afterEach, expect, test } from '@jest/globals';
import { configMaps } from '../resourceTypes.ts';
import { eventually } from '../testing/eventually.ts';
import { controlServer, openNamespace } from '../testing/realServer.ts';
import type { ConfigMap } from '../resourceTypes.ts';
import type { Delta, KubeClient, Reflector, ReflectorOptions } from '../types.ts';
import { startReflector } from './startReflector.ts';

const running: Reflector<ConfigMap>[] = [];
afterEach(async () => {
  for (const reflector of running.splice(0)) await reflector.stop();
});

function reflect(options: Omit<ReflectorOptions<ConfigMap>, 'type'>): Reflector<ConfigMap> {
  const reflector = startReflector({ ...options, type: configMaps });
  running.push(reflector);
  return reflector;
}

const versions = (objects: readonly ConfigMap[]) =>
  objects.map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).toSorted();

async function equalsServer({ store }: Reflector<ConfigMap>, client: KubeClient, namespace: string) {
  const { items } = await client.list(configMaps, { namespace });
  return JSON.stringify(versions(store.list())) === JSON.stringify(versions(items));
}

test('the store follows the server, and replaying the deltas leads to the same', async () => {
  const { client, namespace } = await openNamespace();
  const replayed = new Map<string, ConfigMap>();
  const onDelta = ({ before, after }: Delta<ConfigMap>) => {
    const name = (after ?? before)?.metadata.name ?? '';
    expect(replayed.get(name)).toBe(before);
    if (after) replayed.set(name, after);
    else replayed.delete(name);
  };
  const errors: unknown[] = [];
  const reflector = reflect({ client, namespace, onDelta, onError: (error) => errors.push(error) });
  await reflector.synced();
  const change = async (number: number) => {
    const key = { namespace, name: `object-${number}` };
    await client.create(configMaps, { metadata: key });
    await client.mergePatch(configMaps, key, { data: { number: String(number) } });
    if (number % 3 === 0) await client.delete(configMaps, key);
    if (number % 6 === 0) await client.create(configMaps, { metadata: key });
  };
  await Promise.all(Array.from({ length: 60 }, (_, number) => change(number)));
  await eventually(() => equalsServer(reflector, client, namespace));
  expect(versions([...replayed.values()])).toEqual(versions(reflector.store.list()));
  expect(reflector.store.size).toBe(50);
  expect(errors).toEqual([]);
}, 30_000);

test('metadata alone is stored when no more is asked for', async () => {
  const { client, namespace } = await openNamespace();
  await client.create(configMaps, { metadata: { namespace, name: 'listed' }, data: { large: 'text' } });
  const reflector = reflect({ client, namespace, metadataOnly: true });
  await reflector.synced();
  await client.create(configMaps, { metadata: { namespace, name: 'watched' }, data: { large: 'text' } });
  await eventually(() => reflector.store.size === 2);
  for (const object of reflector.store.list()) {
    expect(Object.keys(object).toSorted()).toEqual(['apiVersion', 'kind', 'metadata']);
    expect(object).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace } });
  }
});

test('what loses its label is gone, and what gets it is there', async () => {
  const { client, namespace } = await openNamespace();
  const create = (name: string, stage: string) =>
    client.create(configMaps, { metadata: { namespace, name, labels: { stage } } });
  for (const [name, stage] of Object.entries({ a: 'live', b: 'live', c: 'test' })) await create(name, stage);
  const reflector = reflect({ client, namespace, labelSelector: 'stage=live' });
  await reflector.synced();
  const names = () => reflector.store.list().map(({ metadata }) => metadata.name);
  expect(names()).toEqual(['a', 'b']);
  await client.mergePatch(configMaps, { namespace, name: 'a' }, { metadata: { labels: { stage: 'test' } } });
  await client.mergePatch(configMaps, { namespace, name: 'c' }, { metadata: { labels: { stage: 'live' } } });
  await eventually(() => names().join() === 'b,c');
});

test('a server that was killed and started again is followed on', async () => {
  const { client, namespace } = await openNamespace();
  const reflector = reflect({ client, namespace });
  await client.create(configMaps, { metadata: { namespace, name: 'before' } });
  await eventually(() => reflector.store.size === 1);
  await controlServer('stop');
  try {
    expect(reflector.store.size).toBe(1);
  } finally {
    // Also for all tests that follow.
    await controlServer('start');
  }
  await client.create(configMaps, { metadata: { namespace, name: 'after' } });
  await eventually(() => equalsServer(reflector, client, namespace));
  expect(reflector.store.size).toBe(2);
}, 90_000);
