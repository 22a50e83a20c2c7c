import type { Metric, Registry } from 'prom-client';
import { restClientRequests } from './clientMetrics.ts';
import * as ofControllers from './controllerMetrics.ts';
import { leaderElectionStatus } from './leaderMetrics.ts';
import { queueMetricFamilies as ofQueues } from './queueMetrics.ts';

/**
 * Shows the metrics of this package in a registry: `controller_runtime_*`, `workqueue_*`,
 * `rest_client_*` and `leader_election_*`. They count for the whole process, whether they are shown or not.
 */
export function registerMetrics(registry: Registry): void {
  const metrics: readonly Metric[] = [
    restClientRequests,
    leaderElectionStatus,
    ...Object.values(ofControllers),
    ...Object.values(ofQueues),
  ];
  for (const metric of metrics) registry.registerMetric(metric);
}
