import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AuditEntry } from '@stoker/audit';
import type { Stoker } from '@stoker/crd-types';
import { formatKey } from '@stoker/kube';
import { createLogger, type Logger } from '@stoker/logging';
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { createDeliveries } from '../audit/deliveries.ts';
import { createDeliveryRecords } from '../audit/deliveryRecords.ts';
import { createMetrics, type Metrics } from '../metrics.ts';
import { makeDraft } from '../testing/draft.ts';
import { createReceiver, type Receiver } from './receiver.ts';
import type { Action } from './route.ts';
import { type ReceiverServer, startReceiverServer } from './server.ts';

const installation = ['old secret', 'new secret'];
const { stoker } = makeDraft();
let log: PassThrough;
let receiver: Receiver;
let server: ReceiverServer;
let metrics: Metrics;
let logger: Logger;
let actions: Action[];
let recorded: string[];
let entries: AuditEntry[];
let keys: readonly string[];
let isClusterAway: boolean;

beforeEach(async () => {
  actions = [];
  recorded = [];
  entries = [];
  keys = installation;
  isClusterAway = false;
  metrics = createMetrics();
  log = new PassThrough();
  logger = createLogger({ app: 'test', stream: log });
  const known = new Map<string, Stoker>([['ns/plant', stoker]]);
  receiver = createReceiver({
    stokers: { list: () => [...known.values()], get: (key) => known.get(formatKey(key)) },
    overridesOf: () => [],
    keys: { of: () => keys, installation, refresh: async () => undefined, forget: () => undefined },
    notifier: {
      notify: async (action) => {
        if (isClusterAway) throw new Error('connection refused');
        actions.push(action);
      },
    },
    events: {
      record: ({ regarding, type, reason, note }) =>
        void recorded.push(`${regarding.metadata.name} ${type} ${reason}: ${note}`),
      stop: async () => undefined,
    },
    audit: createDeliveryRecords({ record: (entry) => void entries.push(entry) }, createDeliveries()),
    metrics,
    logger,
    now: () => new Date(),
  });
  server = await start();
});

afterEach(() => server.close());

interface Limits {
  readonly deadlines?: { readonly headersMs: number; readonly bodyMs: number };
  readonly maxBytesInFlight?: number;
}

function start(limits: Limits = {}): Promise<ReceiverServer> {
  return startReceiverServer({ address: { host: '127.0.0.1', port: 0 }, receiver, logger, ...limits });
}

/** What was logged since the last question. */
function logLines(): Record<string, unknown>[] {
  const text = String(log.read() ?? '').trim();
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
}

const push = {
  ref: 'refs/heads/main',
  after: 'c'.repeat(40),
  repository: { clone_url: 'https://git.example.com/plant.git' },
};

function post(
  path: string,
  body: string,
  options: { secret?: string; headers?: Record<string, string>; port?: number } = {},
) {
  const { secret = 'new secret', headers = {}, port = server.port } = options;
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return fetch(`http://127.0.0.1:${port}${path}`, {
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

test('a connection is kept longer than a proxy keeps it idle', async () => {
  const { headers } = await post('/webhook/ns/plant', JSON.stringify(push));
  const [, seconds] = /timeout=(\d+)/.exec(headers.get('keep-alive') ?? '') ?? [];
  expect(Number(seconds)).toBeGreaterThan(90);
});

test('once it drains, each connection is answered for the last time', async () => {
  server.drain();
  const { status, headers } = await post('/webhook/ns/plant', JSON.stringify(push));
  expect([status, headers.get('connection')]).toEqual([202, 'close']);
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

  test('an unknown CR is refused after the same work: the signature is compared with one of a key that nobody knows', async () => {
    keys = [];
    await post('/webhook/ns/plant', JSON.stringify(push));
    keys = installation;
    await post('/webhook/ns/plant', JSON.stringify(push), { secret: 'guessed' });
    await post('/webhook/ns/nobody', JSON.stringify(push));
    await post('/webhook/ns/nobody', JSON.stringify(push), { headers: { 'x-hub-signature-256': 'sha1=x' } });
    expect(logLines()).toMatchObject([
      { msg: 'push event refused', reason: 'SignatureMismatch', stoker: 'ns/plant' },
      { msg: 'push event refused', reason: 'SignatureMismatch' },
      { msg: 'push event refused', reason: 'AlgorithmUnsupported' },
    ]);
    const [key, ...others] = receiver.secretsFor({ namespace: 'ns', name: 'nobody' });
    expect([key, others]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), []]);
    expect(installation).not.toContain(key);
  });
});

describe('the log', () => {
  test('says why deliveries to a CR are refused, once for many, and holds nothing of what was sent', async () => {
    for (let time = 0; time < 10; time += 1)
      await post('/webhook/ns/plant', JSON.stringify(push), { secret: 'guessed' });
    expect(logLines()).toEqual([
      {
        time: expect.any(String),
        level: 'info',
        msg: 'push event refused',
        app: 'test',
        stoker: 'ns/plant',
        reason: 'SignatureMismatch',
        count: 1,
      },
    ]);
  });

  test('does not grow with the paths that strangers think of', async () => {
    for (let index = 0; index < 10; index += 1) await post(`/webhook/ns/nobody-${index}`, '{}', { secret: 'guessed' });
    expect(logLines()).toHaveLength(1);
  });

  test('warns of a genuine delivery that cannot be read, with the CR and without the payload', async () => {
    await post('/webhook/ns/plant', '{"token":hunter2}');
    const lines = logLines();
    expect(lines).toMatchObject([
      { level: 'warn', msg: 'push event not read', stoker: 'ns/plant', sender: 'github', reason: 'InvalidPayload' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('hunter');
    expect(recorded).toEqual([expect.stringMatching(/^plant Warning InvalidPayload: a push event of github cannot/)]);
    expect(recorded.join()).not.toContain('hunter');
  });

  test('warns of one on the path of all, which is no CR in particular', async () => {
    await post('/webhook', '{');
    expect(logLines()).toMatchObject([{ level: 'warn', msg: 'push event not read', reason: 'InvalidPayload' }]);
    expect(recorded).toEqual([]);
  });

  test('has a reason in one word for what is ignored and for what is done', async () => {
    await post('/webhook/ns/plant', JSON.stringify({ ...push, ref: 'refs/heads/other' }));
    await post('/webhook/ns/plant', JSON.stringify(push));
    expect(logLines()).toMatchObject([
      { msg: 'push event ignored', reason: 'RefNotFollowed', stoker: 'ns/plant' },
      { msg: 'push event accepted', reason: 'RefAsked', stoker: 'ns/plant' },
    ]);
  });
});

test('each decision is recorded, without what was sent', async () => {
  const headers = { 'x-github-delivery': 'd-1' };
  await post('/webhook/ns/plant', JSON.stringify(push), { headers });
  await post('/webhook/ns/plant', JSON.stringify({ ...push, ref: 'refs/heads/other' }), { headers });
  await post('/webhook/ns/plant', JSON.stringify(push), { secret: 'guessed' });
  await post('/webhook/ns/plant', JSON.stringify(push), { secret: 'guessed' });
  await post('/webhook/ns/plant', '{"token":hunter2}');
  isClusterAway = true;
  await post('/webhook', JSON.stringify(push), { headers });
  const object = { namespace: 'ns', stoker: 'plant' };
  const trigger = { kind: 'pushEvent', sender: 'github', delivery: 'd-1' };
  expect(entries).toMatchObject([
    { action: 'delivery', object, trigger, commit: push.after, outcome: 'Accepted', reason: 'RefAsked' },
    { object, trigger, outcome: 'Ignored', reason: 'RefNotFollowed' },
    { object, trigger: { kind: 'pushEvent' }, outcome: 'Refused', reason: 'SignatureMismatch' },
    { object, trigger: { kind: 'pushEvent', sender: 'github' }, outcome: 'Refused', reason: 'InvalidPayload' },
    { object: {}, trigger, outcome: 'Failed', reason: 'InternalError' },
  ]);
  expect(JSON.stringify(entries)).not.toContain('hunter');
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

const bodyBegins = 'POST /webhook/ns/plant HTTP/1.1\r\nhost: x\r\ncontent-length: 9000\r\n\r\n';

test.each([
  ['headers', 'POST /webhook/ns/plant HTTP/1.1\r\nhost: x\r\n'],
  ['a body', `${bodyBegins}{`],
])('%s that never end are answered with 408, and the connection is closed', async (_name, beginning) => {
  const impatient = await start({ deadlines: { headersMs: 200, bodyMs: 200 } });
  const socket = connect(impatient.port, '127.0.0.1');
  socket.write(beginning);
  expect(await readAll(socket)).toMatch(/^HTTP\/1\.1 408 /);
  await impatient.close();
});

test('headers that are too large are answered with 431, and the connection is closed', async () => {
  const socket = connect(server.port, '127.0.0.1');
  socket.write(`POST /webhook/ns/plant HTTP/1.1\r\nhost: x\r\nx-filler: ${'a'.repeat(17 * 1024)}\r\n\r\n`);
  expect(await readAll(socket)).toMatch(/^HTTP\/1\.1 431 /);
});

test('senders that drip hold no more than their share, and nothing once they are answered', async () => {
  const small = await start({ deadlines: { headersMs: 1_000, bodyMs: 1_000 }, maxBytesInFlight: 64 * 1024 });
  const { port } = small;
  const large = JSON.stringify({ ...push, filler: 'x'.repeat(56 * 1024) });
  const drips = Array.from({ length: 32 }, async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(bodyBegins + 'a'.repeat(7_000));
    return (await readAll(socket)).slice('HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3);
  });
  const answers = await Promise.all(drips);
  expect(answers.toSorted().at(0)).toBe('408');
  expect(answers.toSorted().at(-1)).toBe('503');
  expect((await post('/webhook/ns/plant', large, { port })).status).toBe(202);
  await small.close();
});

test('while the cluster is away the sender is told to deliver again', async () => {
  isClusterAway = true;
  expect((await post('/webhook/ns/plant', JSON.stringify(push))).status).toBe(503);
});

test('other paths and methods are not there', async () => {
  expect((await fetch(`http://127.0.0.1:${server.port}/webhook/ns/plant`)).status).toBe(404);
  expect((await post('/', '{}')).status).toBe(404);
  expect((await post('/webhook/%E0/plant', '{}')).status).toBe(404);
  expect(logLines()).toEqual([]);
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
