import { setTimeout } from 'node:timers/promises';
import { isAlreadyExists, isConflict, isNotFound } from '../../client/apiError.ts';
import { keyOf } from '../../keys.ts';
import { type ConfigMap, configMaps } from '../../resourceTypes.ts';
import type { KubeClient } from '../../types.ts';

const writers = 4;
const heartbeat = 'heartbeat';

/** Whether an object is not the heartbeat. */
export const isChurned = ({ metadata }: ConfigMap) => metadata.name !== heartbeat;

/**
 * Changes an object of its own ten times a second until the signal aborts. The reflector's time is faster than that of the
 * server's bookmarks: each quiet watch would look dead to it.
 */
export async function beat(client: KubeClient, namespace: string, signal: AbortSignal): Promise<void> {
  const metadata = { namespace, name: heartbeat };
  for (let beats = 0; !signal.aborted; beats += 1) {
    await client.apply(configMaps, { metadata, data: { beats: String(beats) } }, { fieldManager: 'heart' });
    await setTimeout(100);
  }
}

/** Makes so many objects. */
export async function createAll(client: KubeClient, namespace: string, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, number) => number).values();
  await inParallel(async () => {
    for (const number of numbers) await client.create(configMaps, objectOf(namespace, number, 0));
  });
}

/** Changes, deletes and re-creates some of them at random until the signal aborts. Answers how often. */
export async function churn(
  client: KubeClient,
  options: { namespace: string; count: number; random: () => number; signal: AbortSignal },
): Promise<number> {
  const { namespace, count, random, signal } = options;
  let changes = 0;
  await inParallel(async () => {
    while (!signal.aborted) {
      await changeOne(client, objectOf(namespace, Math.floor(random() * count), (changes += 1)), random());
    }
  });
  return changes;
}

async function changeOne(client: KubeClient, object: ConfigMap, chance: number): Promise<void> {
  try {
    if (chance < 0.7) await client.mergePatch(configMaps, keyOf(object), { data: object.data });
    else if (chance < 0.85) await client.delete(configMaps, keyOf(object));
    else await client.create(configMaps, object);
  } catch (error) {
    // Another writer was faster, or it is there, or it is not: all of that is churn.
    if (!isNotFound(error) && !isAlreadyExists(error) && !isConflict(error)) throw error;
  }
}

function objectOf(namespace: string, number: number, change: number): ConfigMap {
  return { metadata: { namespace, name: `object-${number}` }, data: { change: String(change) } };
}

async function inParallel(work: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: writers }, work));
}
