import type { AgentState } from './state.ts';

/** Counts kept as plain numbers: prom-client is loaded with the first scrape, since many gateways are never scraped. */
export interface AgentMetrics {
  countSync(outcome: 'synced' | 'unchanged' | 'dry-run' | 'failed', durationMs: number): void;
  render(state: AgentState): Promise<string>;
}

export function createMetrics(): AgentMetrics {
  const syncs = new Map<string, number>();
  let seconds = 0;
  return {
    countSync(outcome, durationMs) {
      syncs.set(outcome, (syncs.get(outcome) ?? 0) + 1);
      seconds += durationMs / 1000;
    },
    async render(state) {
      const { Counter, Gauge, Registry } = await import('prom-client');
      const registers = [new Registry()];
      const total = new Counter({
        name: 'stoker_agent_syncs_total',
        help: 'Syncs by outcome.',
        labelNames: ['outcome'],
        registers,
      });
      for (const [outcome, count] of syncs) total.inc({ outcome }, count);
      new Counter({ name: 'stoker_agent_sync_seconds_total', help: 'Time spent on syncs.', registers }).inc(seconds);
      const gauge = (name: string, help: string, value: number) =>
        new Gauge({ name: `stoker_agent_${name}`, help, registers }).set(value);
      gauge('checked_timestamp_seconds', 'When the folder was last compared.', (state.checkedAtMs ?? 0) / 1000);
      gauge('failing', '1 while the last sync has failed.', state.failure === undefined ? 0 : 1);
      gauge('drifted_files', 'Live edits that were kept.', state.last?.drifted.count ?? 0);
      gauge('resident_memory_bytes', 'Resident memory of this process.', process.memoryUsage.rss());
      new Gauge({
        name: 'stoker_agent_release_info',
        help: 'What the folder equals.',
        labelNames: ['release', 'commit'],
        registers,
      }).set({ release: state.applied?.id ?? '', commit: state.applied?.commit ?? '' }, 1);
      return (registers[0] ?? new Registry()).metrics();
    },
  };
}
