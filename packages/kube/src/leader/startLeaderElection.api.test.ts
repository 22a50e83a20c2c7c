import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { startReflector } from '../reflector/startReflector.ts';
import { type ConfigMap, configMaps, type Lease, leases } from '../resourceTypes.ts';
import { eventually } from '../testing/eventually.ts';
import { openNamespace } from '../testing/realServer.ts';
import type { Reflector } from '../types.ts';

const program = join(import.meta.dirname, '../../examples/leader.ts');
const running: ChildProcess[] = [];

function startReplica(namespace: string, identity: string): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=@stoker/source', program, namespace, identity], {
    stdio: 'ignore',
  });
  running.push(child);
  return child;
}

let watch: Reflector<ConfigMap> | undefined;

afterEach(async () => {
  await watch?.stop();
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

test('a leader that is frozen past its lease writes nothing when it wakes', async () => {
  const { client, namespace } = await openNamespace();
  await client.create(configMaps, { metadata: { namespace, name: 'log' } });
  const writers: string[] = [];
  /** Called while the writer sleeps between two writes: it has no request on its way. */
  let onWrite = () => undefined as void;
  watch = startReflector({
    client,
    type: configMaps,
    namespace,
    fieldSelector: 'metadata.name=log',
    onDelta: ({ after }) => {
      const writer = after?.data?.['writer'];
      if (writer === undefined) return;
      writers.push(writer);
      onWrite();
    },
  });
  const one = startReplica(namespace, 'one');
  await eventually(() => writers.includes('one'));
  startReplica(namespace, 'two');
  // Long enough for the second one to have seen the lease, and to wait for it.
  await eventually(() => writers.length > 50);
  let isFrozen = false;
  onWrite = () => {
    isFrozen ||= one.kill('SIGSTOP');
  };
  await eventually(() => writers.includes('two'));
  one.kill('SIGCONT');
  const woken = writers.length;
  await eventually(() => writers.length > woken + 50);
  expect(isFrozen).toBe(true);
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
