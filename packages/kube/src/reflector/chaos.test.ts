import { isDeepStrictEqual } from 'node:util';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { openClient } from '../client/openClient.ts';
import { configMaps } from '../resourceTypes.ts';
import { startChaoticServer } from '../testing/chaoticServer.ts';
import { createFastClock } from '../testing/clocks.ts';
import { eventually } from '../testing/eventually.ts';
import type { TestObject } from '../testing/steps.ts';
import { areEqual, createWitness } from '../testing/witness.ts';
import type { ResourceType } from '../types.ts';
import { startReflector } from './startReflector.ts';

const type: ResourceType<TestObject> = configMaps;

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'whatever the server does, the store ends equal to it, and no delta is lost, doubled or invented (seed %i)',
  async (seed) => {
    const server = await startChaoticServer(seed);
    const clock = createFastClock(300);
    const client = openClient(server.access, {}, createFastClock(20));
    const witness = createWitness<TestObject>();
    const reflector = startReflector<TestObject>({ client, type, onDelta: witness.see }, { clock, random: () => 0.5 });
    for (let change = 0; change < 300; change++) {
      server.mutate();
      if (change % 3 === 0) await setTimeout(1);
    }
    server.calm();
    const stored = () =>
      reflector.store
        .list()
        .map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`)
        .toSorted();
    const isEqual = () => isDeepStrictEqual(stored(), server.objects.toSorted());
    try {
      await eventually(isEqual);
    } finally {
      await reflector.stop();
      await server.close();
    }
    expect(areEqual(witness.objects, reflector.store.list())).toBe(true);
    expect(witness.faults).toEqual([]);
  },
);
