// What goes wrong in a controller itself, against a real API server.
import { afterEach, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { isConflict } from '../client/apiError.ts';
import { formatKey, keyOf, parseKey } from '../keys.ts';
import { registerMetrics } from '../metrics/registerMetrics.ts';
import { startReflector } from '../reflector/startReflector.ts';
import { type ConfigMap, configMaps } from '../resourceTypes.ts';
import { eventually } from '../testing/eventually.ts';
import { openNamespace } from '../testing/realServer.ts';
import type { Controller, Reflector } from '../types.ts';
import { createController } from './createController.ts';

const running: (Controller | Reflector<ConfigMap>)[] = [];
afterEach(async () => {
  for (const part of running.splice(0)) await part.stop();
});

test('controllers that write the same object at once come to the sum of what they do, by conflicts', async () => {
  const { client, namespace } = await openNamespace();
  const key = { namespace, name: 'sum' };
  await client.create(configMaps, { metadata: key, data: { sum: '0' } });
  const conflicts: boolean[] = [];
  let done = 0;
  const controllers = Array.from({ length: 4 }, (_, number) =>
    createController({
      name: `adder-${number}`,
      workers: 2,
      reconcile: async (_key, signal) => {
        const object = await client.get(configMaps, key, { signal });
        const data = { sum: String(Number(object.data?.['sum']) + 1) };
        await client.replace(configMaps, { ...object, data }, { signal });
        done += 1;
        return { kind: 'done' };
      },
      onError: (_key, error) => conflicts.push(isConflict(error)),
    }),
  );
  running.push(...controllers);
  for (const { queue, start } of controllers) {
    for (let task = 0; task < 5; task += 1) queue.add(`task-${task}`);
    start();
  }
  await eventually(() => done === 20);
  expect((await client.get(configMaps, key)).data).toEqual({ sum: '20' });
  expect(conflicts).not.toHaveLength(0);
  expect(conflicts.every(Boolean)).toBe(true);
}, 30_000);

test('an object at which everything throws stops no other, is counted, and is tried again until it works', async () => {
  const { client, namespace } = await openNamespace();
  const names = ['one', 'poison', 'two'];
  for (const name of names) await client.create(configMaps, { metadata: { namespace, name }, data: { name } });
  const throwAtPoison = ({ data }: ConfigMap, where: string) => {
    if (data?.['name'] === 'poison') throw new TypeError(where);
  };
  const seen: unknown[] = [];
  const failed: number[] = [];
  const done: string[] = [];
  const reflector = startReflector<ConfigMap>({
    client,
    type: configMaps,
    namespace,
    transform: (object) => {
      throwAtPoison(object, 'transform');
      return object;
    },
    indexes: {
      name: (object) => {
        throwAtPoison(object, 'index');
        return [object.metadata.name];
      },
    },
    onDelta: ({ before, after }) => {
      const object = after ?? before;
      if (!object) return;
      controller.queue.add(formatKey(keyOf(object)));
      throwAtPoison(object, 'onDelta');
    },
    onError: (error) => {
      seen.push(error);
      throw error;
    },
  });
  const controller = createController({
    name: 'poisoned',
    workers: 1,
    reconcile: async (key) => {
      const object = reflector.store.get(parseKey(key));
      if (object) throwAtPoison(object, 'reconcile');
      done.push(parseKey(key).name);
      return { kind: 'done' };
    },
    onError: (_key, _error, attempt) => failed.push(attempt),
  });
  running.push(controller, reflector);
  controller.start();
  await eventually(() => failed.length >= 4);
  expect(done.toSorted()).toEqual(['one', 'two']);
  expect(reflector.store.byIndex('name', 'one')).toHaveLength(1);
  expect(seen.map((error) => (error as Error).message)).toEqual(['transform', 'index', 'onDelta']);
  expect(failed.slice(0, 4)).toEqual([1, 2, 3, 4]);
  const registry = new Registry();
  registerMetrics(registry);
  expect(await registry.metrics()).toMatch(
    /controller_runtime_reconcile_panics_total\{controller="poisoned"\} ([4-9]|\d\d)/,
  );
  await client.mergePatch(configMaps, { namespace, name: 'poison' }, { data: { name: 'cured' } });
  await eventually(() => done.includes('poison'));
}, 30_000);
