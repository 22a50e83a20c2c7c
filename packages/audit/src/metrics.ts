import { Counter, Gauge, type Registry } from 'prom-client';
import type { SinkCounts } from './types.ts';

/** Shows what became of the records; `counts` is asked with each scrape. */
export function registerAuditMetrics(registry: Registry, counts: () => readonly SinkCounts[]): void {
  registry.registerMetric(
    new Counter({
      name: 'stoker_audit_records_total',
      help: 'Audit records that a sink has delivered, by sink: file or http. Standard output has all of them.',
      labelNames: ['sink'],
      registers: [],
      collect() {
        this.reset();
        for (const { sink, delivered } of counts()) this.inc({ sink }, delivered);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: 'stoker_audit_records_lost_total',
      help: 'Audit records that a sink has lost, by sink and reason: QueueFull (it was away for too long), Refused (the collector never takes them) or Shutdown.',
      labelNames: ['sink', 'reason'],
      registers: [],
      collect() {
        this.reset();
        for (const { sink, lost } of counts())
          for (const [reason, count] of Object.entries(lost)) this.inc({ sink, reason }, count);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'stoker_audit_queue_bytes',
      help: 'Audit records that wait for their delivery, by sink.',
      labelNames: ['sink'],
      registers: [],
      collect() {
        this.reset();
        for (const { sink, queuedBytes } of counts()) this.set({ sink }, queuedBytes);
      },
    }),
  );
}
