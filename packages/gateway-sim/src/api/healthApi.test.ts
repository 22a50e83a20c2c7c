import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startGateway, type SimulatedGateway } from '../startGateway.ts';
import { apiToken, call, callJson, scanned } from '../testing/callGateway.ts';
import { makeValidDataFolder, propertiesFolder, type DataFolder } from '../testing/dataFolder.ts';

const connections = 'config/resources/core/ignition/database-connection';
const list = 'resources/list/ignition/database-connection';

let folder: DataFolder;
let gateway: SimulatedGateway;

beforeEach(async () => {
  folder = makeValidDataFolder();
  folder.resource(`${connections}/mes%20north`, { 'config.json': '{"connectURL":"jdbc:mariadb://db/mes"}' });
  gateway = await startGateway({ dataDir: folder.path, httpPort: 0, apiToken });
});
afterEach(async () => {
  await gateway.close();
  folder.remove();
});

const itemsOf = async (path: string) => (await callJson(gateway, path))['items'];

test('a resource is listed by its name as it was scanned, and a singleton has an address of its own', async () => {
  expect(await itemsOf(list)).toEqual([
    expect.objectContaining({
      name: 'mes north',
      collection: 'core',
      config: { connectURL: 'jdbc:mariadb://db/mes' },
      healthchecks: { status: { result: { healthy: true, message: null } } },
    }),
  ]);
  const [, , , module, type] = propertiesFolder.split('/');
  expect((await call(gateway, `resources/list/${module}/${type}`)).status).toBe(404);
  expect(await callJson(gateway, `resources/singleton/${module}/${type}`)).toMatchObject({
    config: { systemName: 'plant' },
  });
});

test('an ailment shows once the text that brings it is scanned, and goes with it', async () => {
  gateway.ail([
    { kind: 'resource', contains: 'nowhere', message: 'Unknown host nowhere' },
    { kind: 'module', contains: 'nowhere', id: 'com.example.mes', reason: 'Certificate rejected' },
  ]);
  const complaints = async () => [JSON.stringify(await itemsOf(list)), await itemsOf('modules/quarantined')];
  folder.resource(`${connections}/mes%20north`, { 'config.json': '{"connectURL":"jdbc:mariadb://nowhere/mes"}' });
  expect(await complaints()).toEqual([expect.not.stringContaining('Unknown host'), []]);
  await scanned(gateway, 'config');
  expect(await complaints()).toEqual([
    expect.stringContaining('{"healthy":false,"message":"Unknown host nowhere"}'),
    [expect.objectContaining({ id: 'com.example.mes', reason: 'Certificate rejected' })],
  ]);
  folder.resource(`${connections}/mes%20north`, { 'config.json': '{"connectURL":"jdbc:mariadb://db/mes"}' });
  await scanned(gateway, 'config');
  expect(await complaints()).toEqual([expect.not.stringContaining('Unknown host'), []]);
});

test('a project without its parent is listed as such, and one without a usable project.json is not', async () => {
  folder.write('projects/child/project.json', JSON.stringify({ title: 'Child', enabled: true, parent: 'gone' }));
  folder.write('projects/broken/project.json', '{"title":"Broken"}');
  await scanned(gateway, 'projects');
  expect(await itemsOf('projects/list')).toEqual([
    { name: 'child', title: 'Child', enabled: true, parent: 'gone', inheritable: false, invalidParent: true },
    { name: 'plant', title: 'Plant', enabled: true, parent: '', inheritable: false, invalidParent: false },
  ]);
});

test('ailments and open Designers are set by a program, too', async () => {
  const malady = [{ kind: 'module', id: 'com.example.mes', reason: 'Certificate rejected' }];
  expect((await call(gateway, '/sim/ailments', { body: malady })).status).toBe(200);
  expect((await call(gateway, '/sim/ailments', { body: [{ kind: 'flu' }] })).status).toBe(400);
  await call(gateway, '/sim/designers', { body: [{ user: 'anna', project: 'plant' }] });
  expect(await itemsOf('modules/quarantined')).toHaveLength(1);
  expect(await itemsOf('designers')).toMatchObject([{ user: 'anna', project: 'plant' }]);
});
