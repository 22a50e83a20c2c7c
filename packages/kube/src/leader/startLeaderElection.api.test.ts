import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { startReflector } from '../reflector/startReflector.ts';
import { configMaps, type Lease, leases } from '../resourceTypes.ts';
import { eventually, openNamespace } from '../testing/realServer.ts';

const program = join(import.meta.dirname, '../testing/leaderProcess.ts');
const running: ChildProcess[] = [];

function startReplica(namespace: string, identity: string): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=@stoker/source', program, namespace, identity], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  running.push(child);
  return child;
}

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

test('a leader that is frozen past its lease writes nothing after another one has begun', async () => {
  const { client, namespace } = await openNamespace();
  await client.create(configMaps, { metadata: { namespace, name: 'log' } });
  const writers: string[] = [];
  const watch = startReflector({
    client,
    type: configMaps,
    namespace,
    fieldSelector: 'metadata.name=log',
    onDelta: ({ after }) => void writers.push(after?.data?.['writer'] ?? ''),
  });
  await watch.synced();
  const one = startReplica(namespace, 'one');
  await eventually(() => writers.includes('one'));
  startReplica(namespace, 'two');
  // Until the second one has seen the lease, and is waiting.
  await eventually(() => writers.length > 200);
  one.kill('SIGSTOP');
  await eventually(() => writers.includes('two'));
  one.kill('SIGCONT');
  const woken = writers.length;
  await eventually(() => writers.length > woken + 200);
  await watch.stop();
  expect(writers.lastIndexOf('one')).toBeLessThan(writers.indexOf('two'));
}, 60_000);

test('a leader that is told to end gives the lease back', async () => {
  const { client, namespace } = await openNamespace();
  await client.create(configMaps, { metadata: { namespace, name: 'log' } });
  const child = startReplica(namespace, 'one');
  const holder = async (): Promise<Lease['spec']['holderIdentity']> =>
    (await client.find(leases, { namespace, name: 'leader' }))?.spec.holderIdentity;
  await eventually(async () => (await holder()) === 'one');
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(await holder()).toBe('');
}, 30_000);
