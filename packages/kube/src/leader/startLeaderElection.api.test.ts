import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from '@jest/globals';
import { startReflector } from '../reflector/startReflector.ts';
import { type ConfigMap, configMaps, type Lease, leases } from '../resourceTypes.ts';
import { eventually } from '../testing/eventually.ts';
import { openNamespace } from '../testing/realServer.ts';
import type { Reflector } from '../types.ts';

const program = join(import.meta.dirname, '../../examples/leader.ts');
const running: ChildProcess[] = [];

/** A replica as a process, and what it says, line by line. */
function startReplica(namespace: string, identity: string) {
  const child = spawn(process.execPath, ['--conditions=@stoker/source', program, namespace, identity], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  running.push(child);
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
  return { child, said };
}

let watch: Reflector<ConfigMap> | undefined;

afterEach(async () => {
  await watch?.stop();
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

test('a leader whose process is frozen past its lease tries to write when it wakes, and cannot', async () => {
  const { client, namespace } = await openNamespace();
  await client.create(configMaps, { metadata: { namespace, name: 'log' } });
  const writers: string[] = [];
  watch = startReflector({
    client,
    type: configMaps,
    namespace,
    fieldSelector: 'metadata.name=log',
    onDelta: ({ after }) => {
      const writer = after?.data?.['writer'];
      if (writer !== undefined) writers.push(writer);
    },
  });
  const one = startReplica(namespace, 'one');
  await eventually(() => writers.includes('one'));
  const two = startReplica(namespace, 'two');
  // Long enough for the second one to have seen the lease, and to wait for it.
  await eventually(() => writers.length > 50 && two.said.length > 10);
  expect(one.said.at(-1)).toBe('leads');
  expect(new Set(two.said)).toEqual(new Set(['NotLeader']));
  one.child.kill('SIGSTOP');
  await eventually(() => writers.includes('two'));
  const woken = writers.length;
  one.child.kill('SIGCONT');
  await eventually(() => one.said.filter((line) => line === 'NotLeader').length > 20 && writers.length > woken + 20);
  expect(writers.lastIndexOf('one')).toBeLessThan(writers.indexOf('two'));
  // A write that it was frozen in is broken off as it wakes.
  const said = one.said.filter((line) => line !== 'Cancelled');
  expect(new Set(said)).toEqual(new Set(['leads', 'NotLeader', 'leads no more']));
}, 60_000);

test('a leader that is told to end gives the lease back', async () => {
  const { client, namespace } = await openNamespace();
  await client.create(configMaps, { metadata: { namespace, name: 'log' } });
  const { child } = startReplica(namespace, 'one');
  const holder = async (): Promise<Lease['spec']['holderIdentity']> =>
    (await client.find(leases, { namespace, name: 'leader' }))?.spec.holderIdentity;
  await eventually(async () => (await holder()) === 'one');
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(await holder()).toBe('');
}, 30_000);
