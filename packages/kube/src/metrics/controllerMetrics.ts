// The names and labels of controller-runtime, so that dashboards made for it show this one too.
import { Counter, Gauge, Histogram } from 'prom-client';

const labelNames = ['controller'] as const;
const common = { labelNames, registers: [] };

export const reconcileTotal = new Counter({
  name: 'controller_runtime_reconcile_total',
  help: 'Total number of reconciliations per controller and result: success, requeue_after or error',
  labelNames: ['controller', 'result'],
  registers: [],
});
export const reconcileErrors = new Counter({
  ...common,
  name: 'controller_runtime_reconcile_errors_total',
  help: 'Total number of reconciliation errors per controller',
});
export const reconcilePanics = new Counter({
  ...common,
  name: 'controller_runtime_reconcile_panics_total',
  help: 'Total number of reconciliations per controller that ended in an error of the program itself',
});
export const reconcileTimeouts = new Counter({
  ...common,
  name: 'controller_runtime_reconcile_timeouts_total',
  help: 'Total number of reconciliations per controller that took longer than their deadline',
});
export const reconcileTime = new Histogram({
  ...common,
  name: 'controller_runtime_reconcile_time_seconds',
  help: 'Length of time per reconciliation per controller',
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60],
});
export const maxConcurrentReconciles = new Gauge({
  ...common,
  name: 'controller_runtime_max_concurrent_reconciles',
  help: 'Maximum number of concurrent reconciles per controller',
});
export const activeWorkers = new Gauge({
  ...common,
  name: 'controller_runtime_active_workers',
  help: 'Number of currently used workers per controller',
});
