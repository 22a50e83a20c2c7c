import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.ts';
import { reflectFrom, stopAll } from '../testing/reflect.ts';
import { startScriptedServer } from '../testing/scriptedServer.ts';
import { added, deleted, endOfList, failed, listOf, modified, object, refusal, watchOf } from '../testing/steps.ts';

afterEach(stopAll);

const initial = [added(object('a', '1')), added(object('b', '2'))];

test('a list as a stream is stored when it is whole, and followed on in the same request', async () => {
  const server = await startScriptedServer(watchOf([...initial, endOfList('7'), modified(object('a', '8'))]));
  server.learnToStream();
  const { reflector, deltas } = reflectFrom(server);
  await eventually(() => deltas.length === 3);
  expect(deltas).toEqual(['+a@1', '+b@2', 'a@1>8']);
  expect(reflector.hasSynced).toBe(true);
  expect(server.requests.map(({ query }) => query)).toEqual([
    {
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: '300',
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
    },
  ]);
});

test('a list as a stream is told as listed, and what comes after it as watched', async () => {
  const server = await startScriptedServer(watchOf([...initial, endOfList('7'), deleted(object('a', '8'))]));
  server.learnToStream();
  const origins: string[] = [];
  reflectFrom(server, { onDelta: (_, origin) => void origins.push(origin) });
  await eventually(() => origins.length === 3);
  expect(origins).toEqual(['listed', 'listed', 'watched']);
});

test('a second list as a stream tells only the differences', async () => {
  const again = [added(object('b', '2')), added(object('c', '9')), endOfList('9')];
  const server = await startScriptedServer(
    watchOf([...initial, endOfList('7')], 'closed'),
    watchOf([failed(410, 'Expired')]),
    watchOf(again),
  );
  server.learnToStream();
  const { deltas } = reflectFrom(server);
  await eventually(() => deltas.length === 4);
  expect(deltas).toEqual(['+a@1', '+b@2', '-a@1', '+c@9']);
  expect(server.requests[1]?.query).toMatchObject({ resourceVersion: '7' });
});

const breaks = [
  ['is cut', watchOf(initial, 'cut')],
  ['ends', watchOf(initial, 'closed')],
  ['falls silent', watchOf(initial)],
  ['reports an error', watchOf([...initial, failed(500, 'InternalError')])],
] as const;
test.each(breaks)(
  'a list as a stream that %s before its end is nothing: the next one comes in pages',
  async (_, broken) => {
    const server = await startScriptedServer(broken, listOf([object('a', '3')], '9'), watchOf([]));
    server.learnToStream();
    const { deltas, errors } = reflectFrom(server);
    await server.received(3);
    expect(deltas).toEqual(['+a@3']);
    expect(errors).toHaveLength(1);
  },
);

test('a list as a stream is not asked for a second time when the server does not know it, and that is no error', async () => {
  const server = await startScriptedServer(
    refusal(422, 'Invalid'),
    listOf([], '7'),
    refusal(410, 'Expired'),
    listOf([], '9'),
    watchOf([]),
  );
  server.learnToStream();
  const { errors } = reflectFrom(server);
  await server.received(5);
  expect(server.requests.map(({ query }) => query['sendInitialEvents'])).toEqual(['true', ...Array(4)]);
  expect(errors).toEqual([]);
});
