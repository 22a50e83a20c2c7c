import { afterEach, describe, expect, test } from '@jest/globals';
import { startFakeServer, type FakeAnswer, type FakeServer } from '../testing/fakeServer.ts';
import { openGateway, type Gateway, type GatewayOptions } from './openGateway.ts';

const apiToken = 'stoker:c2VjcmV0LWtleQ';
let server: FakeServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function gatewayWith(
  answers: Parameters<typeof startFakeServer>[0],
  options: Partial<GatewayOptions> = {},
): Promise<Gateway> {
  server = await startFakeServer(answers);
  return openGateway({ baseUrl: server.url, apiToken, timeoutMs: 5000, ...options });
}

const scan = (scanActive: boolean, lastScanTimestamp: number | string) => ({
  body: { scanActive, lastScanTimestamp, lastScanDuration: 3 },
});
const gwinfo = (version: string, status = 'RUNNING'): FakeAnswer => ({
  body: `ContextStatus=${status};Version=${version};RedundancyStatus=Independent;`,
});
const running = { body: { state: 'RUNNING' } };

describe('calls', () => {
  test('send the token in its own header, and only to the REST API', async () => {
    const seen: unknown[] = [];
    const gateway = await gatewayWith({
      '/StatusPing': (request) => (seen.push(request.headers['x-ignition-api-token']), running),
      '/data/api/v1/scan/config': (request) => (seen.push(request.headers['x-ignition-api-token']), scan(false, 5)),
    });
    await gateway.statusPing();
    await gateway.scan('config');
    expect(seen).toEqual([undefined, apiToken]);
    expect(server?.requests).toEqual(['GET /StatusPing', 'POST /data/api/v1/scan/config']);
  });

  test('read gwinfo as pairs', async () => {
    const gateway = await gatewayWith({ '/system/gwinfo': gwinfo('8.3.4') });
    const info = await gateway.gwinfo();
    expect([info.get('Version'), info.get('RedundancyStatus')]).toEqual(['8.3.4', 'Independent']);
  });

  test.each([
    [1761000000000, 1761000000000],
    ['2025-10-20T22:40:00Z', 1761000000000],
  ])('read the time of a scan from %p', async (timestamp, lastScanAtMs) => {
    const gateway = await gatewayWith({ '/data/api/v1/scan/projects': scan(true, timestamp) });
    expect(await gateway.scanStatus('projects')).toEqual({ active: true, lastScanAtMs });
  });

  test('take a scan lock with its times in seconds', async () => {
    let asked = '';
    const gateway = await gatewayWith({
      '/data/api/v1/scan-lock/config': (_request, body) => {
        asked = body;
        return { body: { actor: 'stoker', remaining: 60, timestamp: 1 } };
      },
    });
    await gateway.acquireScanLock('config', { acquireSeconds: 2, holdSeconds: 60 });
    expect(JSON.parse(asked)).toEqual({ acquireTimeout: 2, holdTimeout: 60 });
  });

  test.each([408, 409])('say that a scan lock is taken when the answer is %i', async (status) => {
    const gateway = await gatewayWith({ '/data/api/v1/scan-lock/config': { status } });
    await expect(gateway.acquireScanLock('config', { acquireSeconds: 0, holdSeconds: 9 })).rejects.toMatchObject({
      reason: 'ScanLockUnavailable',
      class: 'waiting',
    });
  });

  test('end with the reason of the caller when that gives up', async () => {
    const gateway = await gatewayWith({ '/StatusPing': running });
    const reason = new Error('shutting down');
    await expect(gateway.statusPing(AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('an answer that is none', () => {
  const page = (status: number): FakeAnswer => ({ status, body: '<html>Powered by Jetty</html>' });
  const cases: readonly [string, Parameters<typeof startFakeServer>[0], string, RegExp][] = [
    ['401', { '*': page(401) }, 'GatewayUnauthorized', /does not know the API token/],
    ['403', { '*': page(403) }, 'GatewayForbidden', /refuses this call/],
    ['500', { '*': page(500) }, 'GatewayError', /answered 500/],
    ['503', { '*': page(503) }, 'GatewayRestarting', /is restarting/],
    ['a page with 200', { '*': page(200) }, 'GatewayError', /something else than expected/],
    ['JSON of another shape', { '*': { body: { success: true } } }, 'GatewayError', /something else than expected/],
    [
      '302 to /welcome',
      { '*': { status: 302, headers: { location: '/welcome' } } },
      'GatewayCommissioning',
      /not commissioned/,
    ],
    [
      '302 to https',
      { '*': { status: 302, headers: { location: 'https://plant.example:8043/data/api/v1/scan/config' } } },
      'GatewayError',
      /redirects its REST API/,
    ],
    ['404 of an 8.1', { '/system/gwinfo': gwinfo('8.1.48') }, 'NoRestApi', /Ignition 8\.1\.48, which has no REST API/],
    ['404 of an 8.3', { '/system/gwinfo': gwinfo('8.3.0') }, 'EndpointNotFound', /Ignition 8\.3\.0\) lacks this call/],
    ['404 of something else', {}, 'EndpointNotFound', /of unknown version/],
  ];
  test.each(cases)('%s has a reason and a hint, and quotes nothing', async (_what, answers, reason, message) => {
    const gateway = await gatewayWith(answers);
    const error: unknown = await gateway.scan('config').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ reason, message: expect.stringMatching(message), hint: expect.any(String) });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/Jetty|secret|c2VjcmV0/);
  });

  test('larger than any answer can be is not read to its end', async () => {
    const gateway = await gatewayWith({ '*': { body: 'x'.repeat(2 * 1024 * 1024) } });
    await expect(gateway.scan('config')).rejects.toMatchObject({ reason: 'GatewayError' });
  });

  test.each(['secret-key-without-name', 'name:', 'na\nme:key', ':key'])(
    'a token of the form %j is refused unsent and unquoted',
    async (token) => {
      const gateway = await gatewayWith({ '*': scan(false, 1) }, { apiToken: token });
      const error: unknown = await gateway.scan('config').catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ reason: 'GatewayUnauthorized', class: 'stalled' });
      expect(server?.requests).toEqual([]);
      expect(String(error)).not.toContain(token);
    },
  );
});

describe('readiness', () => {
  const cases: readonly [string, Parameters<typeof startFakeServer>[0]][] = [
    ['answers', { '/StatusPing': running, '/system/gwinfo': gwinfo('8.3.4') }],
    ['starting', { '/StatusPing': { body: { state: 'STARTING' } } }],
    ['starting', { '/StatusPing': running, '/system/gwinfo': gwinfo('8.3.4', 'STARTING') }],
    ['commissioning', { '/StatusPing': { body: { state: 'RUNNING', details: 'COMMISSIONING' } } }],
    ['restarting', { '/StatusPing': running, '*': { status: 503 } }],
    ['restarting', { '*': { status: 503 } }],
  ];
  test.each(cases)('is %s', async (readiness, answers) => {
    expect(await (await gatewayWith(answers)).readiness()).toBe(readiness);
  });

  test('is unreachable where nobody listens', async () => {
    const gateway = await gatewayWith({});
    await server?.close();
    server = undefined;
    expect(await gateway.readiness()).toBe('unreachable');
  });

  test('throws what only a person can put right', async () => {
    const gateway = await gatewayWith({ '/StatusPing': { body: '<html>an office printer</html>' } });
    await expect(gateway.readiness()).rejects.toMatchObject({ reason: 'GatewayError' });
  });
});

describe('awaiting a scan', () => {
  const wait = { timeoutMs: 5000, pollMs: 1 };
  const before = { active: false, lastScanAtMs: 100 };
  const inTurn =
    (...answers: FakeAnswer[]) =>
    () =>
      (answers.length > 1 ? answers.shift() : answers[0]) ?? {};

  test('ends when no scan is active and the last one is newer', async () => {
    const gateway = await gatewayWith({ '*': inTurn(scan(false, 100), scan(true, 100), scan(false, 101)) });
    expect(await gateway.awaitScan('projects', before, wait)).toEqual({ active: false, lastScanAtMs: 101 });
    expect(server?.requests.length).toBe(3);
  });

  test('outlasts a gateway that restarts meanwhile', async () => {
    const gateway = await gatewayWith({ '*': inTurn({ status: 503 }, { status: 500 }, scan(false, 101)) });
    expect(await gateway.awaitScan('projects', before, wait)).toMatchObject({ lastScanAtMs: 101 });
  });

  test('gives up on a scan that never ends', async () => {
    const gateway = await gatewayWith({ '*': scan(false, 100) });
    await expect(gateway.awaitScan('config', before, { timeoutMs: 20, pollMs: 1 })).rejects.toMatchObject({
      reason: 'GatewayTimeout',
      message: expect.stringContaining('did not finish a scan of config'),
    });
  });

  test('ends at once on what waiting does not help', async () => {
    const gateway = await gatewayWith({ '*': { status: 401 } });
    await expect(gateway.awaitScan('config', before, wait)).rejects.toMatchObject({ reason: 'GatewayUnauthorized' });
  });
});

test('a base URL must be http or https', () => {
  expect(() => openGateway({ baseUrl: 'ftp://plant', timeoutMs: 1 })).toThrow('http');
});
