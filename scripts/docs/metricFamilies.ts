// What the three programs offer at /metrics, by what they themselves register.
import { agentRegistry } from '../../apps/agent/src/sidecar/agentRegistry.ts';
import { emptyTally } from '../../apps/agent/src/sidecar/metrics.ts';
import { initialState } from '../../apps/agent/src/sidecar/state.ts';
import { createMetrics as ofController } from '../../apps/controller/src/metrics.ts';
import { createMetrics as ofInjector } from '../../apps/injector-webhook/src/metrics.ts';

export interface MetricFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly help: string;
  readonly labelNames: readonly string[];
}

/** By program. */
export function metricFamilies(): Readonly<Record<'Controller' | 'Agent' | 'Injector', readonly MetricFamily[]>> {
  return {
    Controller: familiesIn(ofController().registry),
    Agent: familiesIn(agentRegistry(initialState('uid'), emptyTally())),
    Injector: familiesIn(ofInjector().registry),
  };
}

/** prom-client keeps type and labels of a metric, and its own types hide them. */
function familiesIn(registry: ReturnType<typeof agentRegistry>): MetricFamily[] {
  return registry.getMetricsAsArray().map((metric) => {
    const { name, type, help, labelNames } = metric as object as MetricFamily;
    return { name, type, help, labelNames };
  });
}
