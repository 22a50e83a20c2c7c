import { expect, test } from '@jest/globals';
import type { Stoker } from '@stoker/crd-types';
import { createMetrics } from './metrics.ts';
import { makeDraft } from './testing/draft.ts';

const stoker = (name: string, queuedGateways?: number): Stoker => ({
  ...makeDraft().stoker,
  metadata: { name, namespace: 'ns' },
  status: queuedGateways === undefined ? {} : { queuedGateways },
});

test('the queue of each Stoker that has limits is shown while the Stoker is there', async () => {
  const metrics = createMetrics();
  let stokers = [stoker('plant', 3), stoker('empty', 0), stoker('unlimited')];
  metrics.showGatewaysOf(() => stokers);
  const series = async () => {
    const text = await metrics.registry.getSingleMetricAsString('stoker_queued_gateways');
    return text.split('\n').filter((line) => line.startsWith('stoker_'));
  };
  const of = (name: string, count: number) => `stoker_queued_gateways{stoker_namespace="ns",stoker="${name}"} ${count}`;
  expect(await series()).toEqual([of('plant', 3), of('empty', 0)]);
  stokers = [stoker('empty', 1)];
  expect(await series()).toEqual([of('empty', 1)]);
});
