import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startGateway, type SimulatedGateway } from './startGateway.ts';
import { apiToken, call, callJson, scanned } from './testing/callGateway.ts';
import {
  configMode,
  makeValidDataFolder,
  propertiesFolder,
  viewFolder,
  type DataFolder,
} from './testing/dataFolder.ts';

let folder: DataFolder;
let gateway: SimulatedGateway;

beforeEach(async () => {
  folder = makeValidDataFolder();
  // Long enough to be asked while it restarts.
  gateway = await startGateway({ dataDir: folder.path, httpPort: 0, apiToken, restartMs: 500 });
});
afterEach(async () => {
  await gateway.close();
  folder.remove();
});

const kinds = () => gateway.scans().map(({ kind, cause }) => `${kind} ${cause}`);
const lastScan = () => gateway.scans().at(-1);

describe('a start', () => {
  test('reads config, then projects, and says what it saw', () => {
    expect(kinds()).toEqual(['config start', 'projects start']);
    expect(lastScan()).toMatchObject({ files: 3, problems: [], projects: ['plant'], resources: 1 });
  });

  test('is refused over a data folder that would stop a real gateway, and the message tells why', async () => {
    rmSync(join(folder.path, 'config/resources/core/config-mode.json'));
    await expect(startGateway({ dataDir: folder.path, httpPort: 0 })).rejects.toMatchObject({
      reason: 'GatewayStartFailed',
      message: expect.stringContaining('config/resources/core/config-mode.json'),
    });
  });

  test('goes on in spite of a resource that it cannot load', async () => {
    folder.write(`${viewFolder}/view.json`, '{');
    const other = await startGateway({ dataDir: folder.path, httpPort: 0 });
    expect(other.scans().at(-1)?.problems).toContainEqual(expect.objectContaining({ kind: 'NotJson' }));
    await other.close();
  });

  test('leaves run-time state behind, once', async () => {
    const uuid = readFileSync(join(folder.path, '.uuid'), 'utf8');
    expect(existsSync(join(folder.path, 'db/config.idb'))).toBe(true);
    const other = await startGateway({ dataDir: folder.path, httpPort: 0 });
    expect(readFileSync(join(folder.path, '.uuid'), 'utf8')).toBe(uuid);
    await other.close();
  });

  test('says STARTING until it runs', async () => {
    gateway.fail('starting');
    expect(await callJson(gateway, '/StatusPing')).toEqual({ state: 'STARTING' });
    gateway.fail('none');
    expect(await callJson(gateway, '/StatusPing')).toEqual({ state: 'RUNNING' });
  });
});

describe('the very first start', () => {
  const levels = [{ name: 'Authenticated', children: [{ name: 'Automation', children: [] }] }];
  const permission = { type: 'AnyOf', securityLevels: levels };
  const properties = JSON.stringify({ readPermissions: permission, writePermissions: permission });
  const security = 'config/resources/core/ignition/security-properties';

  test('takes the rights of API tokens away until security-properties is put back', async () => {
    const fresh = makeValidDataFolder();
    fresh.resource(security, { 'config.json': properties });
    fresh.resource('config/resources/core/ignition/api-token/deploy', {
      'config.json': JSON.stringify({
        profile: { type: 'basic-token', secureChannelRequired: false, securityLevels: levels },
        settings: { tokenHash: 'XTISSyvfreBpWWD9HISxJkR8umH3tgPogiIwsy3d6JU' },
      }),
    });
    const other = await startGateway({ dataDir: fresh.path, httpPort: 0 });
    const asDeploy = { token: 'deploy:c3Rva2Vy', method: 'POST' };
    expect(other.scans().flatMap(({ problems }) => problems)).toEqual([]);
    expect((await call(other, 'scan/config', asDeploy)).status).toBe(403);
    fresh.resource(security, { 'config.json': properties });
    expect((await call(other, 'scan/config', asDeploy)).status).toBe(200);
    await other.close();
    fresh.remove();
  });
});

describe('a scan', () => {
  test('is asynchronous, and over when it is not active and its time is newer', async () => {
    const answer = await callJson(gateway, 'scan/projects', { method: 'POST' });
    expect(answer).toMatchObject({ scanActive: true, lastScanTimestamp: gateway.scans()[1]?.finishedAtMs });
    await scanned(gateway, 'projects');
    expect(kinds()).toContain('projects request');
  });

  test('sees what changed and remembers every file of it', async () => {
    folder.resource(viewFolder, { 'view.json': '{"root":{"new":true}}' }, { scope: 'G' });
    await scanned(gateway, 'projects');
    const [, start] = gateway.scans();
    const [before, after] = [start, lastScan()].map((scan) => gateway.filesOf(scan?.id ?? 0));
    expect(lastScan()?.digest).not.toBe(start?.digest);
    expect(after?.get(`${viewFolder}/view.json`)).not.toBe(before?.get(`${viewFolder}/view.json`));
    expect(after?.get('projects/plant/project.json')).toBe(before?.get('projects/plant/project.json'));
  });

  test('reports a half-written file', async () => {
    folder.write(`${propertiesFolder}/config.json`, '{"systemNa');
    await scanned(gateway, 'config');
    expect(lastScan()?.problems.map(({ kind }) => kind)).toContain('NotJson');
  });
});

describe('a scan lock', () => {
  const times = { acquireTimeout: 0, holdTimeout: 30 };
  const lock = (body: object = times) => call(gateway, 'scan-lock/config', { body });

  test('keeps scans that nobody asked for away, and is released by one that somebody asks for', async () => {
    expect((await lock()).status).toBe(200);
    gateway.watch(true);
    await scanned(gateway, 'projects');
    expect(kinds()).not.toContain('config watch');
    await scanned(gateway, 'config');
    expect((await call(gateway, 'scan-lock/config')).status).toBe(204);
  });

  test.each([
    ['is what keeps a mixture from being seen', true],
    ['is missed: without it the mixture of two changes is seen', false],
  ])('%s', async (_what, locked) => {
    const watchTwice = async () => {
      const count = () => gateway.scans().filter(({ kind, cause }) => kind === 'projects' && cause === 'watch').length;
      for (const enough = count() + 2; count() < enough;) await call(gateway, '/StatusPing');
    };
    folder.resource(viewFolder, { 'view.json': '{}', 'thumbnail.png': 'a' }, { scope: 'G' });
    gateway.watch(true);
    await watchTwice();
    const before = lastScan()?.id ?? 0;
    if (locked) await call(gateway, 'scan-lock/projects', { body: { ...times, acquireTimeout: 5 } });
    expect((await call(gateway, 'scan-lock/projects')).status).toBe(locked ? 200 : 204);
    folder.write(`${viewFolder}/view.json`, '{"new":1}');
    if (locked) await scanned(gateway, 'config');
    else await watchTwice();
    folder.resource(viewFolder, { 'view.json': '{"new":1}', 'thumbnail.png': 'b' }, { scope: 'G' });
    await scanned(gateway, 'projects');
    const seen = gateway.scans().filter(({ id, kind }) => kind === 'projects' && id >= before - 1);
    // The tree before, the tree after, and whatever was in between.
    expect(new Set(seen.map(({ digest }) => digest)).size > 2).toBe(!locked);
    expect(seen.some(({ problems }) => problems.length > 0)).toBe(!locked);
  });

  test('tells who holds it', async () => {
    await lock();
    expect(await callJson(gateway, 'scan-lock/config')).toMatchObject({ actor: 'test', remaining: 30 });
    expect((await call(gateway, 'scan-lock/projects')).status).toBe(204);
  });

  test('is refused with 409 while another is held, and with 408 while a scan goes on', async () => {
    await lock();
    expect((await lock()).status).toBe(409);
    gateway.fail('scan-never-ends');
    await call(gateway, 'scan/config', { method: 'POST' });
    expect((await lock()).status).toBe(408);
  });

  test('ends by itself', async () => {
    await lock({ acquireTimeout: 0, holdTimeout: 0.02 });
    expect((await lock({ acquireTimeout: 5, holdTimeout: 1 })).status).toBe(200);
  });

  test.each([{}, { acquireTimeout: -1, holdTimeout: 1 }, { acquireTimeout: 1, holdTimeout: 0 }])(
    'answers 400 to %j',
    async (body) => {
      expect((await lock(body)).status).toBe(400);
    },
  );

  test('makes an edit in the Designer wait', async () => {
    await lock();
    let edited = false;
    const path = `${propertiesFolder}/config.json`;
    const edit = gateway.edit({ path, content: '{"systemName":"live"}', actor: 'ann' }).then(() => {
      edited = true;
    });
    await call(gateway, 'scan-lock/config');
    expect(edited).toBe(false);
    await scanned(gateway, 'config');
    await edit;
    expect(readFileSync(join(folder.path, path), 'utf8')).toContain('live');
  });
});

test('an edit in the Designer signs the resource again', async () => {
  await gateway.edit({ path: `${viewFolder}/thumbnail.png`, content: 'png', actor: 'ann' });
  await scanned(gateway, 'projects');
  expect(lastScan()?.problems).toEqual([]);
  expect(readFileSync(join(folder.path, viewFolder, 'resource.json'), 'utf8')).toContain('"actor": "ann"');
});

test('an edit never leaves the data folder', async () => {
  await expect(gateway.edit({ path: '../outside', content: '', actor: 'ann' })).rejects.toMatchObject({
    reason: 'InvalidPath',
  });
});

describe('restarting', () => {
  test('answers 503 and StatusPing all the same, then loads the folder anew', async () => {
    folder.write('config/resources/dev/config-mode.json', configMode('core'));
    gateway.restart();
    expect((await call(gateway, 'scan/config')).status).toBe(503);
    expect(await callJson(gateway, '/StatusPing')).toEqual({ state: 'RUNNING' });
    while (gateway.state().phase !== 'running') await call(gateway, '/StatusPing');
    expect(lastScan()?.cause).toBe('start');
    expect(gateway.scans().at(-2)?.files).toBe(5);
  });

  test('in the middle of a scan loses the scan and a lock, and comes back', async () => {
    gateway.fail('restart-mid-scan');
    await call(gateway, 'scan/projects', { method: 'POST' });
    expect(gateway.state().phase).toBe('restarting');
    while (gateway.state().phase !== 'running') await call(gateway, '/StatusPing');
    expect(kinds()).not.toContain('projects request');
    expect(await callJson(gateway, 'scan/projects')).toMatchObject({ scanActive: false });
  });

  test('over a folder that stops it is told', async () => {
    let told: unknown;
    const other = await startGateway({
      dataDir: folder.path,
      httpPort: 0,
      restartMs: 1,
      onFault: (error) => (told = error),
    });
    folder.write('config/resources/core/config-mode.json', '{');
    other.restart();
    while (other.state().phase !== 'faulted') await call(other, '/StatusPing');
    expect(told).toMatchObject({ reason: 'GatewayStartFailed' });
    await other.close();
  });
});
