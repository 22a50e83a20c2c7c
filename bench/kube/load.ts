import { setTimeout } from 'node:timers/promises';
import { inParallel } from '../inParallel.ts';
import { configMaps, type KubeClient, namespaces } from '@stoker/kube';
import { milliseconds } from './monotonic.ts';

const kilobyte = 'x'.repeat(1024);

/** A namespace with so many ConfigMaps of a kilobyte, and another one, `-out`, with as many to be written. */
export async function createObjects(client: KubeClient, namespace: string, count: number): Promise<void> {
  for (const name of [namespace, `${namespace}-out`]) await client.create(namespaces, { metadata: { name } });
  const numbers = Array.from({ length: count }, (_, number) => number);
  await inParallel(numbers, async (number) => {
    const metadata = { namespace, name: nameOf(number), labels: { app: 'bench' } };
    await client.create(configMaps, { metadata, data: { content: kilobyte } });
    const copy = { metadata: { namespace: `${namespace}-out`, name: nameOf(number) }, data: { writer: '' } };
    await client.apply(configMaps, copy, { fieldManager: 'bench' });
  });
}

/**
 * Changes so many objects, one after the other, at a steady rate. Answers when each change was sent, by what it writes into
 * its object, in the order of sending.
 */
export async function changeObjects(
  client: KubeClient,
  { namespace, prefix, count, perSecond }: { namespace: string; prefix: string; count: number; perSecond: number },
): Promise<ReadonlyMap<string, number>> {
  const sentAt = new Map<string, number>();
  const writes: Promise<unknown>[] = [];
  const startedAt = milliseconds();
  for (let number = 0; number < count; number += 1) {
    const earlyMs = startedAt + (number * 1000) / perSecond - milliseconds();
    if (earlyMs > 0) await setTimeout(earlyMs);
    const change = `${prefix}-${number}`;
    sentAt.set(change, milliseconds());
    writes.push(client.mergePatch(configMaps, { namespace, name: nameOf(number) }, { data: { change } }));
  }
  await Promise.all(writes);
  return sentAt;
}

function nameOf(number: number): string {
  return `object-${number}`;
}
