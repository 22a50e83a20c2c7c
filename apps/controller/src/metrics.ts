import { registerMetrics } from '@stoker/kube';
import { Counter, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  /** `reason` is `Succeeded` or that of the error. */
  refResolved(reason: string, seconds: number): void;
  pushEvent(sender: string, outcome: 'accepted' | 'ignored' | 'refused' | 'failed'): void;
}

/** What the controller counts beside its queues. Reasons and senders are bounded sets; no name of a CR is a label. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  registerMetrics(registry);
  const resolutions = new Counter({
    name: 'stoker_ref_resolutions_total',
    help: 'Questions to git servers, by reason: Succeeded, or that of the error.',
    labelNames: ['reason'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'stoker_ref_resolution_duration_seconds',
    help: 'Time from asking a git server for a ref to its answer.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  const events = new Counter({
    name: 'stoker_push_events_total',
    help: 'Push events, by sender and outcome: accepted, ignored, refused (not authentic or unreadable) or failed.',
    labelNames: ['sender', 'outcome'],
    registers: [registry],
  });
  return {
    registry,
    refResolved: (reason, seconds) => {
      resolutions.inc({ reason });
      duration.observe(seconds);
    },
    pushEvent: (sender, outcome) => events.inc({ sender, outcome }),
  };
}
