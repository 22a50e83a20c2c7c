import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Stoker } from '@stoker/crd-types';
import { formatKey } from '@stoker/kube';
import { createLogger } from '@stoker/logging';
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import type { Listening } from '../listen.ts';
import { createMetrics, type Metrics } from '../metrics.ts';
import { makeDraft } from '../testing/draft.ts';
import { createReceiver, type Receiver } from './receiver.ts';
import type { Action } from './route.ts';
import { startReceiverServer } from './server.ts';

const installation = ['old secret', 'new secret'];
const { stoker } = makeDraft();
const logger = createLogger({ app: 'test', stream: new PassThrough() });
let receiver: Receiver;
let server: Listening;
let metrics: Metrics;
let actions: Action[];
let keys: readonly string[];
let isClusterAway: boolean;

beforeEach(async () => {
  actions = [];
  keys = installation;
  isClusterAway = false;
  metrics = createMetrics();
  const known = new Map<string, Stoker>([['ns/plant', stoker]]);
  receiver = createReceiver({
    stokers: { list: () => [...known.values()], get: (key) => known.get(formatKey(key)) },
    keys: { of: () => keys, installation, refresh: async () => undefined, forget: () => undefined },
    notifier: {
      notify: async (action) => {
        if (isClusterAway) throw new Error('connection refused');
        actions.push(action);
      },
    },
    metrics,
    logger,
    now: () => new Date(),
  });
  server = await start();
});

afterEach(() => server.close());

function start(deadlines?: { readonly headersMs: number; readonly bodyMs: number }): Promise<Listening> {
  const address = { host: '127.0.0.1', port: 0 };
  return startReceiverServer({ address, receiver, metrics, logger, ...(deadlines && { deadlines }) });
}

const push = {
  ref: 'refs/heads/main',
  after: 'c'.repeat(40),
  repository: { clone_url: 'https://git.example.com/plant.git' },
};

function post(path: string, body: string, options: { secret?: string; headers?: Record<string, string> } = {}) {
  const { secret = 'new secret', headers = {} } = options;
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return fetch(`http://127.0.0.1:${server.port}${path}`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-hub-signature-256': `sha256=${signature}`,
      ...headers,
    },
  });
}

test('a genuine push resolves the CR whose branch it is', async () => {
  const answer = await post('/webhook/ns/plant', JSON.stringify(push));
  expect([answer.status, await answer.json()]).toEqual([202, { accepted: 1, ignored: [] }]);
  expect(actions).toEqual([{ kind: 'resolve', key: 'ns/plant', commit: 'c'.repeat(40) }]);
});

test('both secrets work while they are changed over', async () => {
  const answers = await Promise.all(
    installation.map((secret) => post('/webhook/ns/plant', JSON.stringify(push), { secret })),
  );
  expect(answers.map(({ status }) => status)).toEqual([202, 202]);
});

describe('nobody learns from an answer', () => {
  test.each([
    ['a wrong signature', '/webhook/ns/plant', { secret: 'guessed' }],
    ['an unknown CR', '/webhook/ns/nobody', {}],
    ['no signature', '/webhook/ns/plant', { headers: { 'x-hub-signature-256': '' } }],
    ['an empty secret', '/webhook/ns/plant', { secret: '' }],
    ['a wrong signature on the path of all', '/webhook', { secret: 'guessed' }],
  ])('%s is 401, with the same words', async (_name, path, options) => {
    const answer = await post(path, JSON.stringify(push), options);
    expect([answer.status, await answer.text()]).toEqual([401, '{"error":"Unauthorized"}']);
    expect(actions).toEqual([]);
  });
});

test('a CR whose secret is missing takes nothing, not even what everybody knows', async () => {
  keys = [];
  expect((await post('/webhook/ns/plant', JSON.stringify(push), { secret: '' })).status).toBe(401);
  expect((await post('/webhook/ns/plant', JSON.stringify(push))).status).toBe(401);
});

test.each([
  ['no JSON', '{', 400],
  ['another shape', '{"ref":{"__proto__":1}}', 400],
  ['a list', '[]', 400],
])('a genuine body that is %s is refused without harm', async (_name, body, status) => {
  expect((await post('/webhook/ns/plant', body)).status).toBe(status);
  expect((await post('/webhook/ns/plant', JSON.stringify(push))).status).toBe(202);
});

test('a body that is too large is 413', async () => {
  expect((await post('/webhook/ns/plant', ' '.repeat(6 * 1024 * 1024))).status).toBe(413);
});

test.each([
  ['headers', 'POST /webhook/ns/plant HTTP/1.1\r\nhost: x\r\n'],
  ['a body', 'POST /webhook/ns/plant HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{'],
])('%s that never end are answered with 408, and the connection is closed', async (_name, beginning) => {
  const impatient = await start({ headersMs: 200, bodyMs: 200 });
  const socket = connect(impatient.port, '127.0.0.1');
  socket.write(beginning);
  expect(await readAll(socket)).toMatch(/^HTTP\/1\.1 408 /);
  await impatient.close();
});

test('while the cluster is away the sender is told to deliver again', async () => {
  isClusterAway = true;
  expect((await post('/webhook/ns/plant', JSON.stringify(push))).status).toBe(503);
});

test('other paths and methods are not there', async () => {
  expect((await fetch(`http://127.0.0.1:${server.port}/webhook/ns/plant`)).status).toBe(404);
  expect((await post('/', '{}')).status).toBe(404);
});

test('what came is counted by sender and outcome', async () => {
  await post('/webhook/ns/plant', JSON.stringify(push));
  await post('/webhook/ns/plant', JSON.stringify({ ...push, ref: 'refs/heads/other' }));
  await post('/webhook/ns/plant', JSON.stringify(push), { secret: 'guessed' });
  const text = await metrics.registry.getSingleMetricAsString('stoker_push_events_total');
  expect(text).toContain('sender="github",outcome="accepted"} 1');
  expect(text).toContain('sender="github",outcome="ignored"} 1');
  expect(text).toContain('sender="unknown",outcome="refused"} 1');
});
