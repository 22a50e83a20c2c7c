import { expect, test } from '@jest/globals';
import { openClient } from '../client/openClient.ts';
import { environment, type } from '../testing/reflect.ts';
import { startScriptedServer } from '../testing/scriptedServer.ts';
import { startNamespacedReflector } from './startNamespacedReflector.ts';

test('after it was stopped it starts nothing more, as nobody would stop that', async () => {
  const server = await startScriptedServer();
  const reflector = startNamespacedReflector({ client: openClient(server.access), type }, environment);
  reflector.keep(new Set(['one']));
  await server.received(1);
  await reflector.stop();
  reflector.keep(new Set(['one', 'two']));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(server.requests).toHaveLength(1);
  await server.close();
});

test('a take-over that is called off before its list ends nothing that was asked for since', async () => {
  const server = await startScriptedServer();
  const reflector = startNamespacedReflector({ client: openClient(server.access), type }, environment);
  reflector.keep('all');
  await server.received(1);
  reflector.keep(new Set(['one']));
  await server.received(2);
  expect(server.requests.map(({ path }) => path.includes('/namespaces/one/'))).toEqual([false, true]);
  await reflector.stop();
  await server.close();
});
