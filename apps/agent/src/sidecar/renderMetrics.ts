import { Counter, Gauge, Registry } from 'prom-client';
import type { SyncCounts } from './metrics.ts';
import type { AgentState } from './state.ts';

/** The agent's metrics in Prometheus' text format. */
export function renderMetrics(state: AgentState, { byOutcome, seconds }: SyncCounts): Promise<string> {
  const registry = new Registry();
  const registers = [registry];
  const total = new Counter({
    name: 'stoker_agent_syncs_total',
    help: 'Syncs by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  for (const [outcome, count] of byOutcome) total.inc({ outcome }, count);
  new Counter({ name: 'stoker_agent_sync_seconds_total', help: 'Time spent on syncs.', registers }).inc(seconds);
  const gauge = (name: string, help: string, value: number) =>
    new Gauge({ name: `stoker_agent_${name}`, help, registers }).set(value);
  const isFailing = state.failure !== undefined || state.scanFailure !== undefined;
  gauge('checked_timestamp_seconds', 'When the folder was last compared.', (state.checkedAtMs ?? 0) / 1000);
  gauge('failing', '1 while the last sync, or the scan behind it, has failed.', isFailing ? 1 : 0);
  gauge('drifted_files', 'Live edits that were kept.', state.last?.drifted.count ?? 0);
  gauge('resident_memory_bytes', 'Resident memory of this process.', process.memoryUsage.rss());
  new Gauge({
    name: 'stoker_agent_release_info',
    help: 'What the folder equals.',
    labelNames: ['release', 'commit'],
    registers,
  }).set({ release: state.applied?.id ?? '', commit: state.applied?.commit ?? '' }, 1);
  return registry.metrics();
}
