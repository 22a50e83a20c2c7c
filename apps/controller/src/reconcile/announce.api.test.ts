import { expect, test } from '@jest/globals';
import { metadataName, stokers } from '@stoker/crd-types';
import { isConflict, type KubeClient } from '@stoker/kube';
import { eventually } from '../testing/cluster.ts';
import { expectCondition, expectRelease, pushOf, releaseFirst } from '../testing/firstRelease.ts';
import type { Plant } from '../testing/plant.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();

function announced(plant: Plant, note: string): readonly string[] {
  return plant.events.filter((event) => event.includes(note));
}

test('a release is announced once also where the status could not be written after it', async () => {
  const plant = thePlant();
  await plant.stop();
  let refused = 0;
  const mergePatch: KubeClient['mergePatch'] = async (type, key, patch, options) => {
    const text = JSON.stringify(patch);
    if (refused === 0 && type.plural === stokers.plural && text.includes('site-0')) {
      refused += 1;
      throw new Error('the API server is restarting');
    }
    return plant.client.mergePatch(type, key, patch, options);
  };
  const replica = await plant.startReplica('forgetful', { leaderElect: false, as: { ...plant.client, mergePatch } });
  try {
    const commit = await releaseFirst(plant);
    await plant.reportSynced('plant', 'site-0');
    await expectCondition(plant, 'Ready', { status: 'True' });
    expect(refused).toBe(1);
    await eventually('it is announced', () => {
      expect(announced(plant, `Released: main at ${commit.slice(0, 8)}`)).toHaveLength(1);
    });
  } finally {
    await replica.stop();
  }
});

test('what was written without an answer is announced once: a release, and what became of it', async () => {
  const plant = thePlant();
  await plant.stop();
  const lost = new Set<string>();
  /** Carried out, and the answer is lost. */
  const loseOnce = (what: string) => {
    if (lost.has(what)) return;
    lost.add(what);
    throw new Error('the connection was cut');
  };
  const as: KubeClient = {
    ...plant.client,
    apply: async (type, object, options) => {
      const applied = await plant.client.apply(type, object, options);
      if (object.metadata.name === metadataName('plant', 'site-0')) loseOnce('release');
      return applied;
    },
    mergePatch: async (type, key, patch, options) => {
      const patched = await plant.client.mergePatch(type, key, patch, options);
      if (JSON.stringify(patch).includes('"phase":"Synced"')) loseOnce('status');
      return patched;
    },
  };
  const replica = await plant.startReplica('unanswered', { leaderElect: false, as });
  try {
    const commit = (await releaseFirst(plant)).slice(0, 8);
    await eventually('the release is announced', () => {
      expect(announced(plant, `Released: main at ${commit}`)).toHaveLength(1);
    });
    await plant.reportSynced('plant', 'site-0');
    await eventually('what became of it is announced', () => {
      expect(announced(plant, `Synced: gateway site-0 runs ${commit}`)).toHaveLength(1);
    });
    expect(lost).toEqual(new Set(['release', 'status']));
    expect(announced(plant, 'Released')).toHaveLength(1);
    expect(plant.records().filter(({ action }) => action === 'release')).toHaveLength(1);
  } finally {
    await replica.stop();
  }
});

test('a replica that takes over before its watch has caught up announces nothing again', async () => {
  const plant = thePlant();
  await plant.stop();
  let isBehind = false;
  const caughtUp = Promise.withResolvers<void>();
  let conflicts = 0;
  const as: KubeClient = {
    ...plant.client,
    stream: async (path, options) => {
      const chunks = await plant.client.stream(path, options);
      return path.includes('/stokers?') ? late(chunks) : chunks;
    },
    mergePatch: (type, key, patch, options) =>
      plant.client.mergePatch(type, key, patch, options).catch((error: unknown) => {
        if (isConflict(error)) conflicts += 1;
        throw error;
      }),
  };
  async function* late(chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      if (isBehind) await caughtUp.promise;
      yield chunk;
    }
  }
  const replicas = [await plant.startReplica('first')];
  const stopNext = async () => await replicas.shift()?.stop();
  try {
    const commit = await releaseFirst(plant);
    const second = await plant.startReplica('second', { as });
    replicas.push(second);
    await eventually('it has seen what there is', async () => {
      expect((await fetch(`http://127.0.0.1:${second.healthPort}/readyz`)).status).toBe(200);
    });
    isBehind = true;
    await plant.reportSynced('plant', 'site-0');
    await expectCondition(plant, 'Ready', { status: 'True' });
    await stopNext();
    await eventually('it leads, and has written', () => expect(conflicts).toBeGreaterThan(0));
    caughtUp.resolve();
    const pushed = await plant.repository.commit({ 'projects/site/view.json': '{}' });
    const path = `/webhook/${plant.namespace}/plant`;
    await plant.push(path, pushOf(plant, pushed), { port: second.receiverPort });
    await expectRelease(plant, 'site-0', pushed);
    expect(announced(plant, `Synced: gateway site-0 runs ${commit.slice(0, 8)}`)).toHaveLength(1);
  } finally {
    caughtUp.resolve();
    while (replicas.length > 0) await stopNext();
  }
}, 60_000);
