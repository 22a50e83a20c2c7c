import type { ClusterAccess } from '../../access/access.ts';
import { openClient } from '../../client/openClient.ts';
import { createController } from '../../controller/createController.ts';
import { formatKey, keyOf, parseKey } from '../../keys.ts';
import { startReflector } from '../../reflector/startReflector.ts';
import { type ConfigMap, configMaps } from '../../resourceTypes.ts';
import type { KubeClient } from '../../types.ts';
import { createFastClock } from '../clocks.ts';
import { eventually } from '../eventually.ts';
import { areEqual, createWitness } from '../witness.ts';
import { isChurned } from './churn.ts';

/** A reflector and a controller that are soaked. */
export interface Subject {
  /** Waits until everything is as a fresh list says. Throws when it does not become so. */
  reaches(client: KubeClient): Promise<void>;
  readonly faults: readonly string[];
  readonly deltas: number;
  stop(): Promise<void>;
}

/** Its pauses of up to 30 s, silences of 90 s and deadlines pass so many times faster. */
const speed = 60;

export function startSubject(access: ClusterAccess, namespace: string, random: () => number): Subject {
  const clock = createFastClock(speed);
  const witness = createWitness<ConfigMap>();
  /** As each object was when it was last reconciled. */
  const reconciled = new Map<string, ConfigMap>();
  const reflector = startReflector(
    {
      client: openClient(access, {}, clock),
      type: configMaps,
      namespace,
      onDelta: (delta) => {
        witness.see(delta);
        const object = delta.after ?? delta.before;
        if (object) controller.queue.add(formatKey(keyOf(object)));
      },
    },
    { clock, random },
  );
  const controller = createController({
    name: 'soak',
    workers: 4,
    reconcile: async (key) => {
      const object = reflector.store.get(parseKey(key));
      if (object) reconciled.set(key, object);
      else reconciled.delete(key);
      return { kind: 'done' };
    },
  });
  controller.start();
  return {
    reaches: async (client) => {
      const items = (await client.list(configMaps, { namespace })).items.filter(isChurned);
      await eventually(() => areEqual(reflector.store.list().filter(isChurned), items));
      await eventually(() => areEqual([...reconciled.values()].filter(isChurned), items));
      await eventually(() => areEqual(witness.objects.filter(isChurned), items));
    },
    faults: witness.faults,
    get deltas() {
      return witness.deltas;
    },
    stop: async () => {
      await reflector.stop();
      await controller.stop();
    },
  };
}
