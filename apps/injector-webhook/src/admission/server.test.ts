import { Agent, request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { generate } from 'selfsigned';
import { defaults, gatewayPod, namespaceWith } from '../testing/pods.ts';
import { admit, type FactSource } from './admit.ts';
import type { OnUnresolvable } from './review.ts';
import { type AdmissionServer, type KeyPair, startAdmissionServer } from './server.ts';

const empty = namespaceWith([], []);
const plant = namespaceWith(['plant'], ['site']);
let pair: KeyPair;
let server: AdmissionServer | undefined;

async function newPair(): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
  });
  return { cert: made.cert, key: made.private };
}

beforeAll(async () => {
  pair = await newPair();
});

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(facts: FactSource, onUnresolvable: OnUnresolvable = 'deny'): Promise<{ decisions: string[] }> {
  const decisions: string[] = [];
  server = await startAdmissionServer({
    host: '127.0.0.1',
    port: 0,
    keyPair: pair,
    onError: (error) => decisions.push(String(error)),
    admit: (asked) =>
      admit(asked, {
        facts,
        defaults,
        onUnresolvable,
        onError: (error) => decisions.push(String(error)),
        onDecision: ({ verdict, regarding }) => decisions.push(`${verdict.kind} ${regarding.kind}`),
      }),
  });
  return { decisions };
}

interface Answer {
  readonly status: number;
  readonly body: {
    response?: {
      uid: string;
      allowed: boolean;
      patch?: string;
      warnings?: string[];
      status?: { code: number; message: string };
    };
    error?: string;
  };
  readonly fingerprint: string;
  /** Whether the server keeps the connection open, and for how long at least. */
  readonly isKept: boolean;
  readonly keptSeconds: number;
}

function call(
  body: string,
  options: { path?: string; method?: string; type?: string; agent?: Agent } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: server?.port,
        path: options.path ?? '/mutate?timeout=10s',
        method: options.method ?? 'POST',
        headers: { 'content-type': options.type ?? 'application/json' },
        rejectUnauthorized: false,
        agent: options.agent ?? false,
      },
      (response) => {
        const { fingerprint256 } = (response.socket as TLSSocket).getPeerX509Certificate() ?? {
          fingerprint256: '',
        };
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: JSON.parse(Buffer.concat(chunks).toString()) as Answer['body'],
            fingerprint: fingerprint256,
            isKept: response.headers.connection === 'keep-alive',
            keptSeconds: Number(/timeout=(\d+)/.exec(String(response.headers['keep-alive']))?.[1]),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Sends these headers and a body that goes on until the server ends the connection, and reads its answer meanwhile. */
async function pour(head: readonly string[]): Promise<{ answer: string; sent: number }> {
  const socket = connect({ host: '127.0.0.1', port: server?.port, rejectUnauthorized: false });
  const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000, 'x'), Buffer.from('\r\n')]);
  let answer = '';
  let sent = 0;
  // A reset is how a connection ends on which more was sent than anybody wanted to read.
  socket.on('error', () => undefined);
  socket.setEncoding('utf8').on('data', (piece: string) => (answer += piece));
  const send = () => {
    while (!socket.destroyed && socket.writable && socket.write(chunk)) sent += chunk.length;
  };
  socket.on('drain', send).write(`${head.join('\r\n')}\r\n\r\n`, send);
  await new Promise((resolve) => socket.once('close', resolve));
  return { answer, sent };
}

/** Of what is still referred to: what was thrown away may lie about for long. */
async function heapAndBuffers(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What one collection finalises the next one frees.
  for (let round = 0; round < 3; round += 1) {
    collect();
    await delay(10);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function review(pod: object = gatewayPod()): string {
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: { uid: 'u-1', namespace: 'plant', object: pod },
  });
}

const cachedPlant: FactSource = { cached: () => plant, live: () => Promise.reject(new Error('not needed')) };
const nothing: FactSource = { cached: () => empty, live: () => Promise.resolve(empty) };

describe('the admission server', () => {
  test('answers a review with a JSON patch and the uid of the request', async () => {
    await start(cachedPlant);
    const { status, body } = await call(review());
    expect(status).toBe(200);
    expect(body.response).toMatchObject({ uid: 'u-1', allowed: true });
    const patch = JSON.parse(Buffer.from(body.response?.patch ?? '', 'base64').toString()) as { path: string }[];
    expect(patch.map((operation) => operation.path)).toContain('/spec/initContainers/-');
  });

  test('reads past the cache before it refuses', async () => {
    await start({ cached: () => empty, live: () => Promise.resolve(plant) });
    expect((await call(review())).body.response).toMatchObject({ allowed: true, patch: expect.any(String) });
  });

  test('refuses by what it knows while it cannot read past the cache, and says what failed', async () => {
    const { decisions } = await start({ cached: () => empty, live: () => Promise.reject(new Error('no answer')) });
    const { status, body } = await call(review());
    expect([status, body.response?.status?.message]).toEqual([200, expect.stringContaining('(StokerNotFound)')]);
    expect(decisions).toEqual(['Error: no answer', 'refuse Namespace']);
  });

  test('denies a pod it cannot resolve, in words that end with what to do', async () => {
    const { decisions } = await start(nothing);
    const { body } = await call(review());
    expect(body.response).toMatchObject({
      allowed: false,
      status: { code: 403, message: expect.stringContaining('create one before its gateways') },
    });
    expect(decisions).toEqual(['refuse Namespace']);
  });

  test('admits it with a warning and an annotation when told to', async () => {
    await start(nothing, 'admit');
    const { body } = await call(review());
    expect(body.response).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('started without the agent')],
    });
    expect(JSON.parse(Buffer.from(body.response?.patch ?? '', 'base64').toString())).toEqual([
      { op: 'add', path: '/metadata/annotations/stoker.io~1injected', value: 'false:StokerNotFound' },
    ]);
  });

  test('reports a refusal on the workload that makes the pod', async () => {
    const { decisions } = await start(nothing);
    const pod = gatewayPod();
    await call(
      review({
        ...pod,
        metadata: {
          ...pod.metadata,
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'gw', uid: '1', controller: true }],
        },
      }),
    );
    expect(decisions).toEqual(['refuse StatefulSet']);
  });

  test.each([
    ['another path', '{}', { path: '/' }, 404, '/mutate'],
    ['another method', '', { method: 'GET' }, 405, 'POST'],
    ['another content type', '{}', { type: 'text/plain' }, 415, 'application/json'],
    ['no JSON', '{', {}, 400, 'not JSON'],
    ['nesting a million deep', '['.repeat(1e6) + ']'.repeat(1e6), {}, 400, 'AdmissionReview'],
    ['no review', '{"kind":"Pod"}', {}, 400, 'AdmissionReview'],
    ['a review of something else', review({ metadata: {}, spec: {} }), {}, 400, 'not about a pod'],
  ])('answers %s with a 4xx that says what it wants', async (_, body, options, status, message) => {
    await start(cachedPlant);
    const answer = await call(body, options);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toContain(message);
  });

  test.each([
    ['that announces its size', `content-length: ${8 * 1024 ** 3}`, '/mutate', '413 Payload Too Large'],
    ['that grows unannounced', 'transfer-encoding: chunked', '/mutate', '413 Payload Too Large'],
    ['for another path', 'transfer-encoding: chunked', '/', '404 Not Found'],
  ])('answers a body without end %s, keeps none of it, and ends the connection', async (_, size, path, status) => {
    await start(cachedPlant);
    const before = await heapAndBuffers();
    const { answer, sent } = await pour([`POST ${path} HTTP/1.1`, 'host: x', 'content-type: application/json', size]);
    expect(answer.split('\r\n')[0]).toBe(`HTTP/1.1 ${status}`);
    expect(sent).toBeLessThan(1024 ** 3);
    expect((await heapAndBuffers()) - before).toBeLessThan(32 * 1024 ** 2);
    expect((await call(review())).body.response).toMatchObject({ allowed: true });
  });

  test('keeps an idle connection for longer than the API server, so that no review meets its end', async () => {
    await start(cachedPlant);
    const agent = new Agent({ keepAlive: true });
    const { keptSeconds } = await call(review(), { agent });
    agent.destroy();
    expect(keptSeconds).toBeGreaterThan(90);
  });

  test('answers each connection for the last time while it drains', async () => {
    await start(cachedPlant);
    const agent = new Agent({ keepAlive: true });
    expect((await call(review(), { agent })).isKept).toBe(true);
    server?.drain();
    const last = await call(review(), { agent });
    expect(last).toMatchObject({ status: 200, isKept: false, body: { response: { allowed: true } } });
    agent.destroy();
  });

  test('serves new connections with a new certificate and finishes what it had begun', async () => {
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    await start({
      cached: () => empty,
      live: async () => {
        begun.resolve();
        await goOn.promise;
        return plant;
      },
    });
    const slow = call(review());
    await begun.promise;
    server?.useKeyPair(await newPair());
    goOn.resolve();
    const [before, after] = [await slow, await call(review())];
    expect(before.body.response?.allowed).toBe(true);
    expect(after.body.response?.allowed).toBe(true);
    expect(after.fingerprint).not.toBe(before.fingerprint);
  });
});
