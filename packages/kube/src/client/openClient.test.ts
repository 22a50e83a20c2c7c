import { Agent, type ClientRequestArgs } from 'node:http';
import { connect as connectTo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import { configMaps, namespaces } from '../resourceTypes.ts';
import { createFastClock } from '../testing/clocks.ts';
import { type ScriptedServer, startScriptedServer, type Step } from '../testing/scriptedServer.ts';
import { hang, json, listOf, object, refusal, truncated } from '../testing/steps.ts';
import type { KubeClient } from '../types.ts';
import { ApiError, isAlreadyExists, isConflict, isForbidden, isNotFound } from './apiError.ts';
import { openClient } from './openClient.ts';

/** Hands its sockets out when they are connected, as agents do that go through a proxy. */
class ConnectedAgent extends Agent {
  override createConnection(
    options: ClientRequestArgs,
    done?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const socket = connectTo({ host: '127.0.0.1', port: Number(options.port) }, () => done?.(null, socket));
  }
}

const opened: ScriptedServer[] = [];
const key = { namespace: 'default', name: 'a' };

afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

async function connect(...script: Step[]) {
  const server = await startScriptedServer(...script);
  opened.push(server);
  return { server, client: openClient(server.access, { userAgent: 'tester/1' }, createFastClock(20)) };
}

async function failureOf(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (error instanceof ApiError) return error;
  throw new Error(`expected an ApiError, got ${String(error)}`);
}

describe('a call', () => {
  const calls: readonly (readonly [string, (client: KubeClient) => Promise<unknown>, object])[] = [
    [
      'get',
      (client) => client.get(configMaps, key),
      { method: 'GET', path: '/api/v1/namespaces/default/configmaps/a' },
    ],
    [
      'of a cluster-scoped kind',
      (client) => client.get(namespaces, { namespace: '', name: 'a' }),
      { path: '/api/v1/namespaces/a' },
    ],
    [
      'create',
      (client) => client.create(configMaps, object('a', '1')),
      { method: 'POST', path: '/api/v1/namespaces/default/configmaps' },
    ],
    [
      'replace',
      (client) => client.replace(configMaps, object('a', '1')),
      { method: 'PUT', path: '/api/v1/namespaces/default/configmaps/a' },
    ],
    [
      'apply',
      (client) =>
        client.apply(configMaps, object('a', '1'), { fieldManager: 'me', subresource: 'status', dryRun: true }),
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/default/configmaps/a/status',
        query: { fieldManager: 'me', force: 'true', dryRun: 'All' },
        headers: expect.objectContaining({ 'content-type': 'application/apply-patch+yaml' }),
      },
    ],
    [
      'mergePatch',
      (client) => client.mergePatch(configMaps, key, { data: { x: null } }, { fieldManager: 'me' }),
      {
        method: 'PATCH',
        query: { fieldManager: 'me' },
        body: '{"data":{"x":null}}',
        headers: expect.objectContaining({ 'content-type': 'application/merge-patch+json' }),
      },
    ],
    [
      'delete',
      (client) => client.delete(configMaps, key, { preconditions: { uid: 'u' } }),
      { method: 'DELETE', body: expect.stringContaining('"preconditions":{"uid":"u"}') },
    ],
    [
      'raw',
      (client) => client.raw('POST', '/apis/x?y=z', { a: 1 }),
      { method: 'POST', path: '/apis/x', query: { y: 'z' }, body: '{"a":1}' },
    ],
  ];
  test.each(calls)('%s sends what the API takes', async (_, call, expected) => {
    const { server, client } = await connect(json(200, object('a', '1')));
    await call(client);
    expect(server.requests[0]).toMatchObject(expected);
    expect(server.requests[0]?.headers).toMatchObject({ 'user-agent': 'tester/1', authorization: 'Bearer t' });
  });

  test('create, replace and apply say which kind they send', async () => {
    const { server, client } = await connect(json(201, {}));
    await client.create(configMaps, object('a', '1'));
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
  });

  test('on a namespaced object without a namespace is refused before it is sent', async () => {
    const { server, client } = await connect();
    await expect(async () => client.get(configMaps, { namespace: '', name: 'a' })).rejects.toThrow(
      'ConfigMap a needs a namespace',
    );
    expect(server.requests).toEqual([]);
  });

  test('list gathers all pages', async () => {
    const { server, client } = await connect(listOf([object('a', '1')], '5', 'next'), listOf([object('b', '2')], '5'));
    const { items, resourceVersion } = await client.list(configMaps, { namespace: 'default', limit: 1 });
    expect(items.map(({ metadata, kind }) => `${kind} ${metadata.name}`)).toEqual(['ConfigMap a', 'ConfigMap b']);
    expect(resourceVersion).toBe('5');
    expect(server.requests.map(({ query }) => query)).toEqual([{ limit: '1' }, { limit: '1', continue: 'next' }]);
  });

  test('keeps its connection for the next one', async () => {
    const ports = new Set<number | undefined>();
    const answer: Step = (response, request) => {
      ports.add(request.socket.remotePort);
      json(200, {})(response, request);
    };
    const { client } = await connect(answer, answer, answer);
    for (let time = 0; time < 3; time++) await client.get(configMaps, key);
    expect(ports.size).toBe(1);
  });
});

describe('a refusal', () => {
  test.each([
    [404, 'NotFound', isNotFound],
    [409, 'Conflict', isConflict],
    [409, 'AlreadyExists', isAlreadyExists],
    [403, 'Forbidden', isForbidden],
  ] as const)('%i %s is told apart', async (status, reason, isIt) => {
    const { client } = await connect(refusal(status, reason));
    const error = await failureOf(client.get(configMaps, key));
    expect(error).toMatchObject({ status, reason, message: `scripted ${reason}` });
    const matching = [isNotFound, isConflict, isAlreadyExists, isForbidden].filter((is) => is(error));
    expect(matching).toEqual([isIt]);
  });

  test('of who is calling is told to the source of the credentials, and no other refusal', async () => {
    const { server } = await connect(refusal(403, 'Forbidden'), refusal(401, 'Unauthorized'));
    let refusals = 0;
    const refused = () => {
      refusals += 1;
    };
    const client = openClient({
      ...server.access,
      connect: async () => ({ ...(await server.access.connect()), refused }),
    });
    await failureOf(client.get(configMaps, key));
    expect(refusals).toBe(0);
    expect(await failureOf(client.get(configMaps, key))).toMatchObject({ status: 401 });
    expect(refusals).toBe(1);
  });

  test('that is no Status, from a proxy in between, is told in its own words', async () => {
    const proxy: Step = (response) => void response.writeHead(503).end('no healthy upstream');
    const { client } = await connect(proxy);
    expect(await failureOf(client.get(configMaps, key))).toMatchObject({
      status: 503,
      reason: 'ServiceUnavailable',
      message: 'the API server answered 503: no healthy upstream',
    });
  });

  test('and sends elsewhere, as a sign-in page in between does, is a failure and not followed', async () => {
    const redirect: Step = (response) => void response.writeHead(302, { location: '/login' }).end('sign in');
    const { server, client } = await connect(redirect, redirect);
    expect(await failureOf(client.delete(configMaps, key))).toMatchObject({
      status: 302,
      message: 'the API server answered 302: sign in',
    });
    expect(await failureOf(client.create(configMaps, object('a', '1')))).toMatchObject({ status: 302 });
    expect(server.requests).toHaveLength(2);
  });

  test('NotFound is undefined to find and false to delete', async () => {
    const { client } = await connect(refusal(404, 'NotFound'), refusal(404, 'NotFound'));
    expect(await client.find(configMaps, key)).toBeUndefined();
    expect(await client.delete(configMaps, key)).toBe(false);
  });
});

describe('a server that asks for patience', () => {
  test('is asked again after the time it named', async () => {
    const { server, client } = await connect(
      refusal(429, 'TooManyRequests', 1),
      refusal(503, 'Unavailable', 1),
      json(200, object('a', '1')),
    );
    expect(await client.get(configMaps, key)).toMatchObject({ metadata: { name: 'a' } });
    expect(server.requests).toHaveLength(3);
  });

  test('with 429 has done nothing, so that even a create is sent again', async () => {
    const { server, client } = await connect(refusal(429, 'TooManyRequests', 1), json(201, object('a', '1')));
    await client.create(configMaps, object('a', '1'));
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    ['a create that may have been carried out', 503, 1, 'POST'],
    ['anything without a Retry-After', 503, undefined, 'GET'],
    ['what would come after the deadline', 429, 3600, 'GET'],
  ] as const)('is not asked again for %s', async (_, status, retryAfter, method) => {
    const { server, client } = await connect(refusal(status, 'Busy', retryAfter));
    const error = await failureOf(client.raw(method, '/x'));
    expect(error).toMatchObject({ status });
    expect(error.retryAfterMs).toBe(retryAfter === undefined ? undefined : retryAfter * 1000);
    expect(server.requests).toHaveLength(1);
  });

  test('for ever is asked six times', async () => {
    const { server, client } = await connect(...Array.from({ length: 10 }, () => refusal(429, 'TooManyRequests', 0)));
    expect(await failureOf(client.get(configMaps, key))).toMatchObject({ status: 429 });
    expect(server.requests).toHaveLength(6);
  });
});

describe('what must be true before a call is sent', () => {
  const notNow = () => {
    throw new ApiError('not now', { status: 0, reason: 'NotLeader' });
  };

  test('is asked when the connection is there, a new one or a kept one, and nothing is sent if it is not', async () => {
    const { server, client } = await connect(json(200, {}), json(200, {}));
    expect(await failureOf(client.get(configMaps, key, { beforeSend: notNow }))).toMatchObject({ reason: 'NotLeader' });
    await client.get(configMaps, key, { beforeSend: () => undefined });
    expect(await failureOf(client.get(configMaps, key, { beforeSend: notNow }))).toMatchObject({ reason: 'NotLeader' });
    await client.get(configMaps, key, { beforeSend: () => undefined });
    expect(server.requests).toHaveLength(2);
  });

  test('is asked of a connection that its agent has already made, too', async () => {
    const { server } = await connect(json(200, object('a', '1')));
    const agent = new ConnectedAgent();
    const client = openClient({
      ...server.access,
      connect: async () => ({ ...(await server.access.connect()), agent }),
    });
    const options = { beforeSend: () => undefined, timeoutMs: 2000 };
    expect(await client.get(configMaps, key, options)).toMatchObject({ metadata: { name: 'a' } });
    agent.destroy();
  });

  test('is asked again before a retry', async () => {
    const { server, client } = await connect(refusal(429, 'TooManyRequests', 1), json(200, {}));
    let isAllowed = true;
    const beforeSend = () => {
      if (!isAllowed) notNow();
      isAllowed = false;
    };
    expect(await failureOf(client.get(configMaps, key, { beforeSend }))).toMatchObject({ reason: 'NotLeader' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('no answer', () => {
  test('within the time is a Timeout', async () => {
    const { client } = await connect(hang);
    const error = await failureOf(client.get(configMaps, key, { timeoutMs: 200 }));
    expect(error).toMatchObject({ status: 0, reason: 'Timeout' });
    expect(error.message).toBe('GET /api/v1/namespaces/default/configmaps/a: no answer within 200 ms');
  });

  test('before the caller gave up is Cancelled', async () => {
    const { server, client } = await connect(hang);
    const caller = new AbortController();
    const call = failureOf(client.get(configMaps, key, { signal: caller.signal }));
    await server.received(1);
    caller.abort();
    expect(await call).toMatchObject({ status: 0, reason: 'Cancelled' });
  });

  test('as nobody listens is Unreachable', async () => {
    const { server, client } = await connect();
    await server.goAway();
    const error = await failureOf(client.get(configMaps, key));
    expect(error).toMatchObject({ status: 0, reason: 'Unreachable' });
    expect(error.message).toContain('ECONNREFUSED');
  });

  test('but half of one is Unreachable', async () => {
    const { client } = await connect(truncated(object('a', '1')));
    expect(await failureOf(client.get(configMaps, key))).toMatchObject({ status: 0, reason: 'Unreachable' });
  });

  test('that can be read is BadAnswer', async () => {
    const broken: Step = (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{');
    const { client } = await connect(broken);
    expect(await failureOf(client.get(configMaps, key))).toMatchObject({ status: 0, reason: 'BadAnswer' });
  });

  test('but a page in its place is BadAnswer', async () => {
    const page: Step = (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    const { client } = await connect(page, page);
    expect(await failureOf(client.find(configMaps, key))).toMatchObject({ status: 0, reason: 'BadAnswer' });
    expect(await failureOf(client.replace(configMaps, object('a', '1')))).toMatchObject({ reason: 'BadAnswer' });
  });

  test('on a kept connection that was closed meanwhile is asked for again', async () => {
    const closing: Step = (_, request) => void request.socket.resetAndDestroy();
    const { server, client } = await connect(json(200, {}), closing, json(200, object('a', '1')));
    await client.get(configMaps, key);
    expect(await client.get(configMaps, key)).toMatchObject({ metadata: { name: 'a' } });
    expect(server.requests).toHaveLength(3);
  });

  test('without credentials is Unauthenticated', async () => {
    const { server } = await connect();
    const refuse = () => Promise.reject(new Error('exec plugin: not logged in'));
    const client = openClient({ ...server.access, connect: refuse });
    const error = await failureOf(client.get(configMaps, key));
    expect(error).toMatchObject({ reason: 'Unauthenticated' });
    expect(error.message).toContain('not logged in');
  });
});
