// The names, labels and buckets of client-go's work queue, so that dashboards made for it show this one too.
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Clock } from '../clock.ts';

const labelNames = ['name'] as const;
/** 10 ns to 1,000 s, as in client-go. */
const buckets = Array.from({ length: 12 }, (_, exponent) => 10 ** (exponent - 8));
const common = { labelNames, registers: [] };

const workqueueDepth = new Gauge({ ...common, name: 'workqueue_depth', help: 'Current depth of workqueue' });
const workqueueAdds = new Counter({
  ...common,
  name: 'workqueue_adds_total',
  help: 'Total number of adds handled by workqueue',
});
const workqueueRetries = new Counter({
  ...common,
  name: 'workqueue_retries_total',
  help: 'Total number of retries handled by workqueue',
});
const workqueueWaiting = new Histogram({
  ...common,
  buckets,
  name: 'workqueue_queue_duration_seconds',
  help: 'How long in seconds an item stays in workqueue before being requested',
});
const workqueueWorking = new Histogram({
  ...common,
  buckets,
  name: 'workqueue_work_duration_seconds',
  help: 'How long in seconds processing an item from workqueue takes',
});

/** When the keys in workers' hands were taken, by queue: read when the metrics are. */
const inHands = new Map<string, { readonly takenAt: ReadonlyMap<string, number>; readonly clock: Clock }>();

function ageGauge(name: string, help: string, summarise: (ages: readonly number[]) => number) {
  return new Gauge({
    ...common,
    name,
    help,
    collect() {
      for (const [queue, { takenAt, clock }] of inHands) {
        const ages = [...takenAt.values()].map((since) => (clock.now() - since) / 1000);
        this.set({ name: queue }, summarise(ages));
      }
    },
  });
}
const workqueueUnfinished = ageGauge(
  'workqueue_unfinished_work_seconds',
  'How many seconds of work are in progress and not observed by work_duration. Large values indicate stuck workers',
  (ages) => ages.reduce((sum, age) => sum + age, 0),
);
const workqueueLongest = ageGauge(
  'workqueue_longest_running_processor_seconds',
  'How many seconds has the longest running worker been running',
  (ages) => Math.max(0, ...ages),
);

export const queueMetricFamilies = {
  workqueueUnfinished,
  workqueueLongest,
  workqueueDepth,
  workqueueAdds,
  workqueueRetries,
  workqueueWaiting,
  workqueueWorking,
};

/** What one queue counts. */
export function queueMetrics(name: string, clock: Clock) {
  const addedAt = new Map<string, number>();
  const takenAt = new Map<string, number>();
  inHands.set(name, { takenAt, clock });
  const observe = (histogram: Histogram<'name'>, times: Map<string, number>, key: string) => {
    const since = times.get(key);
    if (since !== undefined) histogram.observe({ name }, (clock.now() - since) / 1000);
    times.delete(key);
  };
  workqueueDepth.set({ name }, 0);
  return {
    added: (key: string) => {
      workqueueAdds.inc({ name });
      if (!addedAt.has(key)) addedAt.set(key, clock.now());
    },
    depth: (size: number) => workqueueDepth.set({ name }, size),
    retried: () => workqueueRetries.inc({ name }),
    taken: (key: string, depth: number) => {
      observe(workqueueWaiting, addedAt, key);
      takenAt.set(key, clock.now());
      workqueueDepth.set({ name }, depth);
    },
    done: (key: string) => observe(workqueueWorking, takenAt, key),
  };
}
