import type { SinkCounts } from '@stoker/audit';
import { registerAuditMetrics } from '@stoker/audit/metrics';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  admission(verdict: string, reason: string, seconds: number): void;
  certificateExpires(atMs: number): void;
}

/** What the injector counts. Reasons are those of `RefusalReason` and the two of a skip: a bounded set. */
export function createMetrics(auditCounts: () => readonly SinkCounts[] = () => []): Metrics {
  const registry = new Registry();
  registerAuditMetrics(registry, auditCounts);
  const admissions = new Counter({
    name: 'stoker_injector_admissions_total',
    help: 'Pods reviewed, by verdict (inject, skip, refuse) and reason.',
    labelNames: ['verdict', 'reason'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'stoker_injector_admission_duration_seconds',
    help: 'Time from a read review to its answer.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
    registers: [registry],
  });
  const expiry = new Gauge({
    name: 'stoker_injector_certificate_expiry_timestamp_seconds',
    help: 'When the serving certificate ends, in seconds since the epoch.',
    registers: [registry],
  });
  return {
    registry,
    admission: (verdict, reason, seconds) => {
      admissions.inc({ verdict, reason });
      duration.observe(seconds);
    },
    certificateExpires: (atMs) => expiry.set(atMs / 1000),
  };
}
