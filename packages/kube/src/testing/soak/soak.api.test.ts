// Two minutes in which a reflector lives through an hour of trouble. Longer by hand, and with the seeds of a run that failed:
//
//   KUBE_SOAK_SECONDS=3600 KUBE_SOAK_SEED=1000 npm test -- api -- soak
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadKubeConfig } from '../../access/loadKubeConfig.ts';
import type { KubeClient } from '../../types.ts';
import { type FaultyProxy, startFaultyProxy } from '../faultyProxy.ts';
import { openNamespace } from '../realServer.ts';
import { seeded } from '../seeded.ts';
import { type Chaos, createChaos } from './chaos.ts';
import { beat, churn, createAll } from './churn.ts';
import { heapInUse } from './heapInUse.ts';
import { startSubject, type Subject } from './startSubject.ts';

const seconds = Number(process.env['KUBE_SOAK_SECONDS'] ?? 120);
const firstSeed = Number(process.env['KUBE_SOAK_SEED'] ?? Math.floor(Math.random() * 1e6));
const seeds = Array.from({ length: 20 }, (_, index) => firstSeed + index);
const count = 2_000;
const heapAtEnd: number[] = [];

let client: KubeClient;
let namespace: string;
let chaos: Chaos | undefined;
let proxy: FaultyProxy;
let subject: Subject;
let beating: Promise<void>;
const ending = new AbortController();

beforeAll(async () => {
  ({ client, namespace } = await openNamespace());
  await createAll(client, namespace, count);
  proxy = await startFaultyProxy(loadKubeConfig(), (request) => chaos?.decide(request) ?? { kind: 'passed' });
  subject = startSubject(proxy.access, namespace, seeded(firstSeed));
  beating = beat(client, namespace, ending.signal);
}, 60_000);

afterAll(async () => {
  ending.abort();
  await beating;
  await subject.stop();
  await proxy.close();
});

test.each(seeds)(
  'after chaos the store, the deltas and the reconciles are what a fresh list is (seed %i)',
  async (seed) => {
    const random = seeded(seed);
    chaos = createChaos(random);
    // What was calm until now would go on undisturbed.
    proxy.cut();
    const stopping = new AbortController();
    const churning = churn(client, { namespace, count, random, signal: stopping.signal });
    // The rest of the time is for what was stalled to be noticed.
    await setTimeout((seconds * 700) / seeds.length);
    stopping.abort();
    const changes = await churning;
    chaos.calm();
    try {
      await subject.reaches(client);
    } finally {
      heapAtEnd.push(await heapInUse());
      print(seed, changes, chaos);
    }
    expect(subject.faults).toEqual([]);
  },
  seconds * 1000 + 60_000,
);

test('memory is flat', () => {
  const middle = (values: readonly number[]) => values.toSorted((left, right) => left - right)[2] ?? NaN;
  expect(middle(heapAtEnd.slice(-5)) - middle(heapAtEnd.slice(0, 5))).toBeLessThan(3 * 2 ** 20);
});

function print(seed: number, changes: number, { counts }: Chaos): void {
  const heap = `${((heapAtEnd.at(-1) ?? NaN) / 2 ** 20).toFixed(1)} MiB`;
  const faults = [...counts].map(([name, times]) => `${name} ×${times}`).join(', ');
  process.stderr.write(`seed ${seed}: ${changes} changes, ${subject.deltas} deltas so far, heap ${heap}; ${faults}\n`);
}
