import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { openClient } from '../client/openClient.ts';
import { createFastClock } from '../testing/clocks.ts';
import { eventually } from '../testing/eventually.ts';
import { environment, opened, reflect, stopAll, type } from '../testing/reflect.ts';
import { startScriptedServer, type Step } from '../testing/scriptedServer.ts';
import * as steps from '../testing/steps.ts';
import type { Reflector, ReflectorOptions } from '../types.ts';
import { startReflector } from './startReflector.ts';

const { added, bookmark, deleted, failed, hang, listOf, modified, object, refusal, truncated, watchOf } = steps;
type TestObject = steps.TestObject;

afterEach(stopAll);

function names(reflector: Reflector<TestObject>) {
  return reflector.store.list().map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`);
}

test('a list in pages is followed by a watch from its version on, with bookmarks and an end', async () => {
  const { server, reflector } = await reflect([
    listOf([object('a', '1')], '7', 'next'),
    listOf([object('b', '2')], '7'),
    watchOf([]),
  ]);
  await server.received(3);
  expect(names(reflector)).toEqual(['a@1', 'b@2']);
  const [first, second, watch] = server.requests;
  expect([first?.query, second?.query]).toEqual([{ limit: '500' }, { limit: '500', continue: 'next' }]);
  expect(watch?.query).toMatchObject({
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: '7',
    timeoutSeconds: '300',
  });
});

test('every event becomes one delta, in order', async () => {
  const events = [added(object('b', '8')), modified(object('a', '9')), deleted(object('b', '10'))];
  const { server, deltas } = await reflect([listOf([object('a', '1')], '7'), watchOf(events, 'closed')]);
  await server.received(3);
  expect(deltas).toEqual(['+a@1', '+b@8', 'a@1>9', '-b@8']);
});

test('a watch that ends is continued after its last bookmark', async () => {
  const { server } = await reflect([listOf([], '7'), watchOf([added(object('a', '8')), bookmark('12')], 'closed')]);
  await server.received(3);
  expect(server.requests[2]?.query).toMatchObject({ watch: 'true', resourceVersion: '12' });
});

describe('a watch that goes on after the version it had reached', () => {
  const interruptions: readonly (readonly [string, Step])[] = [
    ['is cut between two events', watchOf([added(object('a', '8'))], 'cut')],
    ['is cut in the middle of a line', watchOf([added(object('a', '8'))], 'cut mid-line')],
    ['sends a line that is no JSON', watchOf([added(object('a', '8'))], 'broken line')],
    ['falls silent', watchOf([added(object('a', '8'))])],
    ['reports an internal error', watchOf([added(object('a', '8')), failed(500, 'InternalError')])],
    ['reports that there are too many requests', watchOf([added(object('a', '8')), failed(429, 'TooManyRequests')])],
  ];
  test.each(interruptions)('when it %s', async (_, interrupted) => {
    const { server, reflector, deltas } = await reflect([
      listOf([], '7'),
      interrupted,
      watchOf([added(object('b', '9'))], 'closed'),
    ]);
    await server.received(4);
    expect(server.requests[2]?.query).toMatchObject({ watch: 'true', resourceVersion: '8' });
    expect(deltas).toEqual(['+a@8', '+b@9']);
    expect(names(reflector)).toEqual(['a@8', 'b@9']);
  });

  const refusals: readonly (readonly [string, Step])[] = [
    ['is answered with 500', refusal(500, 'InternalError')],
    ['is answered with 429 and a Retry-After', refusal(429, 'TooManyRequests', 1)],
    ['is answered with 503 by a proxy', steps.json(503, 'no healthy upstream')],
    ['is never answered', hang],
    ['ends before it has begun', watchOf([], 'closed')],
  ];
  test.each(refusals)('when it %s', async (_, refused) => {
    const { server, deltas } = await reflect([listOf([], '7'), refused, watchOf([added(object('a', '8'))], 'closed')]);
    await server.received(4);
    expect(server.requests[2]?.query).toMatchObject({ watch: 'true', resourceVersion: '7' });
    expect(deltas).toEqual(['+a@8']);
  });
});

describe('a version that is too old', () => {
  const endings: readonly (readonly [string, Step])[] = [
    ['as the status of the answer', refusal(410, 'Expired')],
    ['as an event in the stream', watchOf([failed(410, 'Expired')])],
  ];
  test.each(endings)('%s leads to a new list, of which only the differences are told', async (_, expired) => {
    const { server, reflector, deltas, errors } = await reflect([
      listOf([object('kept', '1'), object('changed', '2'), object('gone', '3'), object('again', '4')], '7'),
      expired,
      listOf([object('kept', '1'), object('changed', '8'), object('new', '9'), object('again', '10', 'another')], '12'),
    ]);
    await server.received(4);
    expect(deltas.slice(4)).toEqual(['-gone@3', 'changed@2>8', '+new@9', '-again@4', '+again@10']);
    expect(names(reflector)).toEqual(['kept@1', 'changed@8', 'again@10', 'new@9']);
    expect(server.requests[3]?.query['resourceVersion']).toBe('12');
    expect(errors).toEqual([]);
  });

  test('in the middle of a list starts that list again', async () => {
    const { server, deltas } = await reflect([
      listOf([object('a', '1')], '7', 'next'),
      refusal(410, 'Expired'),
      listOf([object('b', '8')], '9'),
    ]);
    await server.received(4);
    expect(server.requests[2]?.query['continue']).toBeUndefined();
    expect(deltas).toEqual(['+b@8']);
  });
});

test('a version that only ever fails is given up after five attempts', async () => {
  const broken = Array.from({ length: 5 }, () => refusal(504, 'Timeout'));
  const { server } = await reflect([listOf([], '99'), ...broken, listOf([object('a', '1')], '2')]);
  await server.received(8);
  expect(server.requests[6]?.query).toEqual({ limit: '500' });
  expect(server.requests[7]?.query).toMatchObject({ resourceVersion: '2' });
});

test.each([
  ['forbidden', refusal(403, 'Forbidden')],
  ['cut off', truncated({ kind: 'List', metadata: { resourceVersion: '9' }, items: [object('b', '2')] })],
  ['in error', refusal(500, 'InternalError')],
] as const)('what is stored stays when a later list is %s', async (_, failing) => {
  const { server, reflector, errors } = await reflect([
    listOf([object('a', '1')], '7'),
    refusal(410, 'Expired'),
    failing,
  ]);
  await server.received(4);
  expect(names(reflector)).toEqual(['a@1']);
  expect(reflector.hasSynced).toBe(true);
  expect(errors).toHaveLength(1);
});

test('a server that is gone for a while is found again', async () => {
  const { server, reflector, errors } = await reflect([listOf([object('a', '1')], '7'), watchOf([])]);
  await server.received(2);
  await server.goAway();
  await eventually(() => errors.length >= 3);
  expect(names(reflector)).toEqual(['a@1']);
  await server.comeBack();
  server.plan(watchOf([added(object('b', '8'))], 'closed'));
  await server.received(4);
  expect(names(reflector)).toEqual(['a@1', 'b@8']);
});

/** Tells the pauses that the reflector makes, and lets none of them last. */
function recordPauses() {
  const { clock } = environment;
  const pausesMs: number[] = [];
  const schedule: typeof clock.schedule = (delayMs, run) => {
    pausesMs.push(delayMs);
    return clock.schedule(delayMs < 60_000 ? 0 : delayMs, run);
  };
  return { pausesMs, environment: { clock: { ...clock, schedule }, random: () => 1 } };
}

test('it asks every two seconds at most until the first list, and as seldom as it was told afterwards', async () => {
  const refused = Array<Step>(6).fill(refusal(403, 'Forbidden'));
  const lost = Array<Step>(6).fill(refusal(503, 'ServiceUnavailable'));
  const server = await startScriptedServer(...refused, listOf([], '7'), ...lost, watchOf([]));
  const client = openClient(server.access, {}, createFastClock(20));
  const recorded = recordPauses();
  const options = { client, type, longestBackoffMs: 9_000 };
  const reflector = startReflector<TestObject>(options, recorded.environment);
  opened.push({ server, reflector });
  await server.received(14);
  const isPause = (delayMs: number) => [1_600, 2_000, 3_200, 6_400, 9_000].includes(delayMs);
  expect(recorded.pausesMs.filter(isPause).slice(0, 6)).toEqual([1_600, 2_000, 2_000, 2_000, 2_000, 2_000]);
  expect(Math.max(...recorded.pausesMs.filter(isPause))).toBe(9_000);
});

test('an object re-created under its name is a deletion and an addition', async () => {
  const { server, deltas } = await reflect([
    listOf([object('a', '1')], '7'),
    watchOf([modified(object('a', '8', 'another'))], 'closed'),
  ]);
  await server.received(3);
  expect(deltas).toEqual(['+a@1', '-a@1', '+a@8']);
});

test('an object that cannot be used, and a handler that throws, are reported and stop nothing', async () => {
  const nameless = { metadata: { resourceVersion: '8' } } as TestObject;
  const { server, reflector, deltas, errors } = await reflect(
    [
      listOf([object('a', '1')], '7'),
      watchOf([added(nameless), ['ADDED', {}], added(object('b', '9')), added(object('c', '10'))], 'closed'),
    ],
    {
      transform: (item) => {
        if (item.metadata.name === 'b') throw new Error('transform');
        return item;
      },
      indexes: {
        letter: ({ metadata }) => {
          if (metadata.name === 'c') throw new Error('index');
          return [metadata.name];
        },
      },
      onDelta: () => {
        throw new Error('handler');
      },
    },
  );
  await server.received(3);
  expect(deltas).toEqual(['+a@1', '+b@9', '+c@10']);
  expect(reflector.store.byIndex('letter', 'b')).toHaveLength(1);
  expect(names(reflector)).toEqual(['a@1', 'b@9', 'c@10']);
  const messages = errors.map((error) => (Error.isError(error) ? error.message : error));
  const nameError = 'a ConfigMap without a name';
  expect(messages).toEqual(['handler', nameError, nameError, 'transform', 'handler', 'index', 'handler']);
});

test('what an async handler or listener rejects is reported, and does not end the process', async () => {
  const warn = jest.spyOn(process, 'emitWarning').mockReturnValue();
  // As an `async` function does where the type says that nobody waits for it.
  const rejecting = (what: string) => Promise.reject(new Error(what)) as unknown as undefined;
  const server = await startScriptedServer(listOf([object('a', '1')], '7'), watchOf([added(object('b', '8'))]));
  const errors: unknown[] = [];
  const reflector = startReflector<TestObject>(
    {
      client: openClient(server.access),
      type,
      onDelta: () => rejecting('handler'),
      onError: (error) => {
        errors.push(error);
        return rejecting('listener');
      },
    },
    environment,
  );
  opened.push({ server, reflector });
  await eventually(() => warn.mock.calls.length === 2);
  expect(errors).toMatchObject([{ message: 'handler' }, { message: 'handler' }]);
  expect(warn.mock.calls.flat()).toEqual(Array(2).fill('a listener for errors threw: listener'));
  expect(names(reflector)).toEqual(['a@1', 'b@8']);
  warn.mockRestore();
});

const unusable: readonly (readonly [string, Partial<ReflectorOptions<TestObject>>, string])[] = [
  [
    'an index that answers no array',
    { indexes: { letter: () => 0 as never } },
    'the index "letter" answered number instead of an array',
  ],
  [
    'an index that answers a promise',
    { indexes: { letter: (async () => []) as never } },
    'the index "letter" answered object instead of an array',
  ],
  [
    'a transform that drops the name',
    { transform: () => ({ metadata: {} }) as TestObject },
    'transform changed the name of default/a: it is stored as it came',
  ],
  [
    'a transform that changes the namespace',
    { transform: (item) => ({ ...item, metadata: { ...item.metadata, namespace: 'other' } }) },
    'transform changed the name of default/a: it is stored as it came',
  ],
  [
    'a transform that answers a promise',
    { transform: (async (item: TestObject) => item) as never },
    'transform changed the name of default/a: it is stored as it came',
  ],
];
test.each(unusable)('%s is reported, and costs neither an object nor a delta', async (_, options, message) => {
  const { server, reflector, deltas, errors } = await reflect(
    [listOf([object('a', '1')], '7'), watchOf([deleted(object('a', '8'))], 'closed')],
    options,
  );
  await server.received(2);
  expect(errors[0]).toMatchObject({ message });
  await server.received(3);
  expect(deltas).toEqual(['+a@1', '-a@1']);
  expect(names(reflector)).toEqual([]);
  expect(server.requests[2]?.query).toMatchObject({ resourceVersion: '8' });
});

test('a server that asks to wait for a day is asked again after a minute', async () => {
  const { deltas } = await reflect([
    listOf([], '7'),
    refusal(429, 'TooManyRequests', 86_400),
    watchOf([added(object('a', '8'))]),
  ]);
  await eventually(() => deltas.length === 1);
  expect(deltas).toEqual(['+a@8']);
});

test('managed fields are dropped, what the transform leaves is stored, and the kind is told', async () => {
  const full = { metadata: { ...object('a', '1').metadata, managedFields: [{}] }, data: { large: 'text' } };
  const { reflector } = await reflect([listOf([full], '7')], { transform: (item) => ({ ...item, data: {} }) });
  await reflector.synced();
  expect(reflector.store.list()).toEqual([{ ...object('a', '1'), apiVersion: 'v1', kind: 'ConfigMap', data: {} }]);
});

test('metadata alone is asked for in lists and in watches', async () => {
  const { server } = await reflect([listOf([], '7'), watchOf([])], {
    metadataOnly: true,
    namespace: 'n',
    labelSelector: 'a=b',
  });
  await server.received(2);
  expect(server.requests.map(({ headers }) => headers.accept)).toEqual([
    'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
    'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  ]);
  expect(server.requests.map(({ path }) => path)).toEqual(Array(2).fill('/api/v1/namespaces/n/configmaps'));
  expect(server.requests.map(({ query }) => query['labelSelector'])).toEqual(['a=b', 'a=b']);
});

describe('stop opens nothing more', () => {
  const states: readonly (readonly [string, readonly Step[], number])[] = [
    ['while it lists', [hang], 1],
    ['between two pages', [listOf([object('a', '1')], '7', 'next'), hang], 2],
    ['while it watches', [listOf([], '7'), watchOf([added(object('a', '8'))])], 2],
    ['while a watch is not answered', [listOf([], '7'), hang], 2],
    ['while it waits after a failure', [refusal(500, 'InternalError')], 1],
    ['while it waits as the server asked', [refusal(429, 'TooManyRequests', 600)], 1],
  ];
  test.each(states)('%s', async (_, script, count) => {
    const { server, reflector } = await reflect(script);
    await server.received(count);
    await reflector.stop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.requests).toHaveLength(count);
  });

  test('and tells whoever waits for the first list that it will not come', async () => {
    const { server, reflector } = await reflect([hang]);
    const synced = reflector.synced();
    const patience = new AbortController();
    const impatient = reflector.synced(patience.signal);
    patience.abort('impatient');
    await expect(impatient).rejects.toBe('impatient');
    await server.received(1);
    await reflector.stop();
    await expect(synced).rejects.toThrow('stopped before its first list');
  });
});
