import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { registerAuditMetrics } from './metrics.ts';

test('what was delivered, lost and waits is shown by sink', async () => {
  const registry = new Registry();
  const lost = { QueueFull: 2, Refused: 0, Shutdown: 1 };
  registerAuditMetrics(registry, () => [{ sink: 'http', delivered: 7, lost, queuedBytes: 30 }]);
  await registry.metrics();
  const lines = (await registry.metrics()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'stoker_audit_records_total{sink="http"} 7',
      'stoker_audit_records_lost_total{sink="http",reason="QueueFull"} 2',
      'stoker_audit_records_lost_total{sink="http",reason="Refused"} 0',
      'stoker_audit_queue_bytes{sink="http"} 30',
    ]),
  );
});
