import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startGateway, type SimulatedGateway } from '../startGateway.ts';
import { apiToken, call, callJson, scanned } from '../testing/callGateway.ts';
import { makeValidDataFolder, type DataFolder } from '../testing/dataFolder.ts';
import { faults, type Fault } from './faults.ts';

let folder: DataFolder;
let gateway: SimulatedGateway;

beforeAll(async () => {
  folder = makeValidDataFolder();
  gateway = await startGateway({ dataDir: folder.path, httpPort: 0, httpsPort: 0, apiToken });
});
afterAll(async () => {
  await gateway.close();
  folder.remove();
});
beforeEach(() => gateway.fail('none'));

describe('a gateway that was told to fail', () => {
  const pages: readonly [Fault, number][] = [
    ['unauthorized', 401],
    ['forbidden', 403],
    ['not-found', 404],
    ['server-error', 500],
    ['unavailable', 503],
    ['html', 200],
    ['version-8.1', 404],
  ];
  test.each(pages)('%s: its API answers %i with a page, StatusPing as ever', async (fault, status) => {
    gateway.fail(fault);
    expect(await call(gateway, 'scan/config')).toMatchObject({ status, type: 'text/html' });
    expect((await call(gateway, '/StatusPing')).status).toBe(200);
  });

  test('commissioning: redirects everything to /welcome', async () => {
    gateway.fail('commissioning');
    expect(await call(gateway, 'scan/config')).toMatchObject({ status: 302, location: '/welcome' });
    expect(await call(gateway, '/system/gwinfo')).toMatchObject({ status: 302 });
    expect(await callJson(gateway, '/StatusPing')).toEqual({ state: 'RUNNING', details: 'COMMISSIONING' });
  });

  test('version-8.1: tells its version in gwinfo', async () => {
    gateway.fail('version-8.1');
    expect((await call(gateway, '/system/gwinfo')).body).toContain('Version=8.1.');
  });

  test('no-scan-locks: answers 404 in JSON there, and scans', async () => {
    gateway.fail('no-scan-locks');
    expect(await call(gateway, 'scan-lock/config')).toMatchObject({ status: 404, type: 'application/json' });
    expect((await call(gateway, 'scan/config')).status).toBe(200);
  });

  test.each(['hang', 'drip'] as const)('%s: never finishes an answer', async (fault) => {
    gateway.fail(fault);
    await expect(call(gateway, '/StatusPing', { signal: AbortSignal.timeout(100) })).rejects.toThrow('timeout');
  });

  test('reset: ends the connection', async () => {
    gateway.fail('reset');
    await expect(call(gateway, '/StatusPing')).rejects.toThrow('fetch failed');
  });

  test('refused: does not listen for a time, then does again', async () => {
    const body = { mode: 'refused', forMs: 1_000 };
    expect((await call(gateway, '/sim/fail', { body })).status).toBe(200);
    await expect(call(gateway, '/StatusPing')).rejects.toThrow('fetch failed');
    while (gateway.state().fault !== 'none') await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await call(gateway, '/StatusPing')).status).toBe(200);
  });

  test('loads-nothing: a scan ends well and has loaded nothing', async () => {
    gateway.fail('loads-nothing');
    await scanned(gateway, 'projects');
    expect(gateway.scans().at(-1)).toMatchObject({ cause: 'request', files: 0, resources: 0, projects: [] });
  });

  test('scan-never-ends: stays active until it is told to stop', async () => {
    gateway.fail('scan-never-ends');
    await call(gateway, 'scan/projects', { method: 'POST' });
    expect(await callJson(gateway, 'scan/projects')).toMatchObject({ scanActive: true });
    gateway.fail('none');
    await scanned(gateway, 'projects');
  });
});

describe('the control API', () => {
  test('says that this is a fake', async () => {
    expect(await callJson(gateway, '/sim')).toMatchObject({ simulated: true, phase: 'running' });
  });

  test('is reached through every fault, without a token', async () => {
    for (const mode of faults.filter((fault) => fault !== 'refused')) {
      expect(await callJson(gateway, '/sim/fail', { body: { mode }, token: 'none' })).toMatchObject({ fault: mode });
    }
  });

  test('refuses what it does not know, and a fault that nobody could end', async () => {
    expect((await call(gateway, '/sim/fail', { body: { mode: 'sulk' } })).status).toBe(400);
    expect((await call(gateway, '/sim/fail', { body: { mode: 'refused' } })).status).toBe(400);
    expect((await call(gateway, '/sim/edit', { body: { path: 'a' } })).status).toBe(400);
  });

  test('gives the scans, the files of each and the tree', async () => {
    const scans = JSON.parse((await call(gateway, '/sim/scans')).body) as { readonly id: number }[];
    expect(scans).toEqual(JSON.parse(JSON.stringify(gateway.scans())));
    const files = await callJson(gateway, `/sim/scans/${scans[0]?.id}/files`);
    const tree = await callJson(gateway, '/sim/tree');
    expect(Object.keys(files).length).toBeGreaterThan(0);
    expect(tree).toMatchObject(files);
    expect(tree).toHaveProperty(['.uuid']);
    expect((await call(gateway, '/sim/scans/0/files')).status).toBe(404);
  });

  test('opens Designers that the REST API then lists', async () => {
    await call(gateway, '/sim/designers', { body: [{ user: 'ann', project: 'plant' }] });
    expect(await callJson(gateway, 'designers')).toMatchObject({
      items: [{ user: 'ann', project: 'plant' }],
      metadata: { total: 1 },
    });
  });

  test('scans over and over when told to', async () => {
    await call(gateway, '/sim/watch', { body: { on: true } });
    const watched = () => gateway.scans().filter(({ cause }) => cause === 'watch').length;
    while (watched() < 4) await call(gateway, '/StatusPing');
    await call(gateway, '/sim/watch', { body: { on: false } });
    expect(gateway.state().watching).toBe(false);
  });
});

test('an unknown path of the REST API is a 404 in JSON, a call without a token a page', async () => {
  expect(await call(gateway, 'nonsense')).toMatchObject({ status: 404, type: 'application/json' });
  expect(await call(gateway, 'gateway-info', { token: '' })).toMatchObject({ status: 401, type: 'text/html' });
  expect(await callJson(gateway, 'gateway-info')).toMatchObject({ ignitionVersion: expect.stringMatching(/^8\.3\./) });
});
