import { afterEach, describe, expect, test } from '@jest/globals';
import { startFakeServer, type FakeAnswer, type FakeServer } from '../testing/fakeServer.ts';
import { openGateway, type Gateway } from './openGateway.ts';

let server: FakeServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function gatewayWith(answers: Readonly<Record<string, FakeAnswer>>): Promise<Gateway> {
  const prefixed = Object.entries(answers).map(([path, answer]) => [`/data/api/v1/${path}`, answer]);
  server = await startFakeServer(Object.fromEntries(prefixed));
  return openGateway({ baseUrl: server.url, apiToken: 'stoker:a2V5', timeoutMs: 5000 });
}

const items = (list: readonly object[], total = list.length) => ({ body: { items: list, metadata: { total } } });

describe('a gateway says', () => {
  test('who has a Designer open', async () => {
    const gateway = await gatewayWith({
      designers: items([{ id: '1', user: 'anna', project: 'plant', uptime: 9, address: '10.0.0.7' }]),
    });
    expect(await gateway.designers()).toEqual([{ user: 'anna', project: 'plant' }]);
  });

  test('which projects it has, and which of them inherit from none', async () => {
    const gateway = await gatewayWith({
      'projects/list': items([
        { name: 'plant', enabled: true, invalidParent: false },
        { name: 'orphan', enabled: true, parent: 'gone', invalidParent: true },
      ]),
    });
    expect(await gateway.projects()).toEqual([
      { name: 'plant', invalidParent: false },
      { name: 'orphan', invalidParent: true },
    ]);
  });

  test('why a module is in quarantine, where it has a word for it', async () => {
    const gateway = await gatewayWith({
      'modules/quarantined': items([
        { id: 'com.example.a', name: 'A', version: '1', reason: 'Certificate rejected' },
        { id: 'com.example.b' },
      ]),
    });
    expect(await gateway.quarantinedModules()).toEqual([
      { id: 'com.example.a', name: 'A', reason: 'Certificate rejected' },
      { id: 'com.example.b', name: 'com.example.b', reason: undefined },
    ]);
  });

  test('what the health checks of resources complain about', async () => {
    const gateway = await gatewayWith({
      'resources/list/ignition/database-connection': items([
        { name: 'mes', healthchecks: { status: { result: { healthy: false, message: 'no route to host' } } } },
        { name: 'erp', healthchecks: { status: { result: { healthy: true } }, pool: { result: { healthy: false } } } },
        { name: 'lab' },
      ]),
    });
    expect(await gateway.resources('ignition', 'database-connection')).toEqual([
      { name: 'mes', complaints: ['no route to host'] },
      { name: 'erp', complaints: ['its health check pool fails'] },
      { name: 'lab', complaints: [] },
    ]);
  });

  test('no more than a few lines of it', async () => {
    const result = { healthy: false, message: 'at java.lang.Thread '.repeat(1000) };
    const gateway = await gatewayWith({
      'resources/list/m/t': items([{ name: 'a', healthchecks: { status: { result } } }]),
    });
    expect((await gateway.resources('m', 't'))[0]?.complaints[0]).toHaveLength(500);
  });

  test('how a singleton is, and nothing of a type that it does not know', async () => {
    const gateway = await gatewayWith({
      'resources/singleton/ignition/system-properties': { body: { name: '', healthchecks: {} } },
    });
    expect(await gateway.resources('ignition', 'system-properties')).toEqual([{ name: undefined, complaints: [] }]);
    expect(await gateway.resources('com.example', 'unknown')).toEqual([]);
  });
});

describe('an answer is refused', () => {
  test.each([
    ['that is a page of more', items([{ name: 'plant' }], 300)],
    ['without a list', { body: { projects: [] } }],
    ['of a proxy', { body: '<html>log in</html>' }],
  ])('%s', async (_name, answer) => {
    const gateway = await gatewayWith({ 'projects/list': answer });
    await expect(gateway.projects()).rejects.toMatchObject({ reason: 'GatewayError' });
  });

  test('with the status that the gateway gave', async () => {
    const gateway = await gatewayWith({ designers: { status: 403, body: '<html>403</html>' } });
    await expect(gateway.designers()).rejects.toMatchObject({ reason: 'GatewayForbidden' });
  });
});
