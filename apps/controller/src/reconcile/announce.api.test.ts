import { expect, test } from '@jest/globals';
import { stokers } from '@stoker/crd-types';
import type { KubeClient } from '@stoker/kube';
import { eventually } from '../testing/cluster.ts';
import { expectCondition, releaseFirst } from '../testing/firstRelease.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();

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
      const released = plant.events.filter((event) => event.includes(`Released: main at ${commit.slice(0, 8)}`));
      expect(released).toHaveLength(1);
    });
  } finally {
    await replica.stop();
  }
});
