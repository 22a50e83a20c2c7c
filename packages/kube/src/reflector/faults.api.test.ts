// A real API server behind a proxy that misbehaves: nothing is lost, doubled or invented, whatever happens in between.
import { afterEach, expect, test } from '@jest/globals';
import { loadKubeConfig } from '../access/loadKubeConfig.ts';
import { openClient } from '../client/openClient.ts';
import { type Clock, systemClock } from '../clock.ts';
import { type ConfigMap, configMaps } from '../resourceTypes.ts';
import { createFastClock } from '../testing/clocks.ts';
import { eventually } from '../testing/eventually.ts';
import { type Fate, type FaultyProxy, startFaultyProxy } from '../testing/faultyProxy.ts';
import { controlServer, openNamespace } from '../testing/realServer.ts';
import { areEqual, createWitness } from '../testing/witness.ts';
import type { KubeClient, Reflector } from '../types.ts';
import { startReflector } from './startReflector.ts';

let proxy: FaultyProxy | undefined;
let reflector: Reflector<ConfigMap> | undefined;

afterEach(async () => {
  await reflector?.stop();
  await proxy?.close();
});

/** Minutes pass in seconds. */
const clock = createFastClock(60);

/** A reflector behind a proxy; the first request has the first fate, and so on, and what follows passes. */
function reflect(...fates: readonly Fate[]) {
  return reflectBy({ clock, patience: createFastClock(20) }, fates);
}

/** The same by another clock; that of the requests is `patience`. */
async function reflectBy(times: { readonly clock: Clock; readonly patience: Clock }, fates: readonly Fate[]) {
  const { client, namespace } = await openNamespace();
  await createMany(client, namespace, 'listed');
  const left = [...fates];
  const faulty = await startFaultyProxy(loadKubeConfig(), () => left.shift() ?? { kind: 'passed' });
  proxy = faulty;
  const witness = createWitness<ConfigMap>();
  const errors: unknown[] = [];
  const started = startReflector(
    {
      client: openClient(faulty.access, {}, times.patience),
      type: configMaps,
      namespace,
      onDelta: witness.see,
      onError: (error) => errors.push(error),
    },
    { clock: times.clock, random: () => 0.5 },
  );
  reflector = started;
  const followsServer = async () => {
    const { items } = await client.list(configMaps, { namespace });
    await eventually(() => areEqual(started.store.list(), items));
    expect(witness.faults).toEqual([]);
    expect(areEqual(witness.objects, items)).toBe(true);
  };
  return { client, namespace, proxy: faulty, store: started.store, witness, errors, followsServer };
}

async function createMany(client: KubeClient, namespace: string, prefix: string): Promise<void> {
  const names = Array.from({ length: 20 }, (_, number) => `${prefix}-${number}`);
  await Promise.all(names.map((name) => client.create(configMaps, { metadata: { namespace, name } })));
}

const passed: Fate = { kind: 'passed' };
const broken = (how: NonNullable<(Fate & { kind: 'passed' })['broken']>['how'], afterBytes = 1500): Fate => ({
  kind: 'passed',
  broken: { afterBytes, how },
});
const internal = { status: 500, reason: 'InternalError' };
const expired = { status: 410, reason: 'Expired' };
const overloaded = { status: 429, reason: 'TooManyRequests', retryAfterSeconds: 2 };

/** What happens to the second watch, and what the next one asks for. */
const faults: readonly (readonly [name: string, fate: Fate, next: 'what follows' | 'everything'])[] = [
  ['falls silent', broken('stalled'), 'what follows'],
  ['falls silent before its first event', broken('stalled', 0), 'what follows'],
  ['is cut in the middle of a line', broken('cut'), 'what follows'],
  ['ends in the middle of a line', broken('ended'), 'what follows'],
  ['sends a line that is no JSON', broken('garbled'), 'what follows'],
  ['reports an internal error', broken(internal), 'what follows'],
  ['reports that there are too many requests', broken(overloaded), 'what follows'],
  ['reports that its version is too old', broken(expired), 'everything'],
  ['is refused with 410', { kind: 'refused', ...expired }, 'everything'],
  ['is refused with 500', { kind: 'refused', ...internal }, 'what follows'],
  ['is refused with 429 and a Retry-After', { kind: 'refused', ...overloaded }, 'what follows'],
  ['is never answered', { kind: 'swallowed' }, 'what follows'],
  ['is closed without an answer', { kind: 'dropped' }, 'what follows'],
];

test.each(faults)(
  'a watch that %s',
  async (_, fate, next) => {
    const { client, namespace, proxy: faulty, store, witness, followsServer } = await reflect(passed, fate);
    await eventually(() => store.size === 20);
    faulty.cut();
    await eventually(() => faulty.requests.length >= 2);
    await createMany(client, namespace, 'watched');
    await followsServer();
    expect(witness.deltas).toBe(40);
    expect(faulty.requests.length).toBeGreaterThanOrEqual(3);
    // The third of all. Later ones there are where a busy machine is quiet for what that clock calls minutes.
    const { sendInitialEvents, resourceVersion } = faulty.requests[2]?.query ?? {};
    expect(sendInitialEvents).toBe(next === 'everything' ? 'true' : undefined);
    expect(resourceVersion === undefined).toBe(next === 'everything');
  },
  30_000,
);

test.each<readonly [string, Fate]>([
  ['is cut', broken('cut', 3000)],
  ['falls silent', broken('stalled', 3000)],
  ['ends in its middle', broken('ended', 3000)],
  ['is refused with 422, as by an old server', { kind: 'refused', status: 422, reason: 'Invalid' }],
])(
  'a list as a stream that %s is followed by one in pages',
  async (_, fate) => {
    const { proxy: faulty, witness, followsServer } = await reflect(fate);
    await followsServer();
    expect(witness.deltas).toBe(20);
    const questions = faulty.requests.map(({ query }) => query['sendInitialEvents'] ?? query['limit'] ?? 'watch');
    expect(questions.slice(0, 2)).toEqual(['true', '500']);
  },
  30_000,
);

test('a stream is all that a list and its watch take', async () => {
  // As fast as time is: by a faster clock a busy machine would seem to have fallen silent.
  const times = { clock: systemClock, patience: systemClock };
  const { client, namespace, proxy: faulty, witness, errors, followsServer } = await reflectBy(times, []);
  await eventually(() => witness.deltas === 20);
  await createMany(client, namespace, 'watched');
  await followsServer();
  expect(faulty.requests.map(({ query }) => query['sendInitialEvents'])).toEqual(['true']);
  expect(errors).toEqual([]);
}, 30_000);

test('a watch in which nothing happens for a quarter of an hour is asked for again, without an error or a list', async () => {
  const { proxy: faulty, errors, witness, client, namespace, followsServer } = await reflect();
  await eventually(() => faulty.requests.length > 8);
  expect(errors).toEqual([]);
  expect(faulty.requests.filter(({ query }) => query['resourceVersion'] === undefined)).toHaveLength(1);
  await createMany(client, namespace, 'watched');
  await followsServer();
  expect(witness.deltas).toBe(40);
}, 60_000);

test('what is re-created under its name while nobody looks is a deletion and an addition', async () => {
  const {
    client,
    namespace,
    proxy: faulty,
    store,
    witness,
    followsServer,
  } = await reflect(passed, {
    kind: 'swallowed',
  });
  await eventually(() => store.size === 20);
  const key = { namespace, name: 'listed-7' };
  const before = store.get(key);
  faulty.cut();
  await client.delete(configMaps, key);
  await client.create(configMaps, { metadata: key });
  await followsServer();
  expect(store.get(key)?.metadata.uid).not.toBe(before?.metadata.uid);
  expect(witness.deltas).toBe(22);
}, 30_000);

test('a server that is gone for ten minutes is followed on, and what was stored stays meanwhile', async () => {
  const { client, namespace, store, witness, errors, followsServer } = await reflect();
  await eventually(() => store.size === 20);
  const goneAt = clock.now();
  await controlServer('stop');
  try {
    await eventually(() => clock.now() - goneAt > 600_000);
    expect(store.size).toBe(20);
    // Ten minutes at up to half a minute each: patient, but never asleep.
    expect(errors.length).toBeGreaterThan(10);
  } finally {
    // Also for all tests that follow.
    await controlServer('start');
  }
  await createMany(client, namespace, 'after');
  await followsServer();
  expect(witness.deltas).toBe(40);
}, 120_000);

test('an object of nearly the size that a server takes comes through a watch, and a larger one is refused', async () => {
  const { client, namespace, store, followsServer } = await reflect();
  await eventually(() => store.size === 20);
  const large = (kilobytes: number) => ({ content: 'x'.repeat(kilobytes * 1024) });
  await client.create(configMaps, { metadata: { namespace, name: 'large' }, data: large(1000) });
  await followsServer();
  expect(store.get({ namespace, name: 'large' })?.data).toEqual(large(1000));
  const metadata = { namespace, name: 'too-large' };
  await expect(client.create(configMaps, { metadata, data: large(1025) })).rejects.toMatchObject({ status: 422 });
}, 30_000);
