import type { AgentState } from './state.ts';

/** Counts kept as plain numbers: prom-client is loaded with the first scrape, since many gateways are never scraped. */
export interface AgentMetrics {
  countSync(outcome: SyncOutcome, durationMs: number): void;
  render(state: AgentState): Promise<string>;
}

type SyncOutcome = 'synced' | 'unchanged' | 'dry-run' | 'failed';

/** Syncs of this process. */
export interface SyncCounts {
  readonly byOutcome: ReadonlyMap<SyncOutcome, number>;
  readonly seconds: number;
}

export function createMetrics(): AgentMetrics {
  const byOutcome = new Map<SyncOutcome, number>();
  let seconds = 0;
  return {
    countSync(outcome, durationMs) {
      byOutcome.set(outcome, (byOutcome.get(outcome) ?? 0) + 1);
      seconds += durationMs / 1000;
    },
    async render(state) {
      const { renderMetrics } = await import('./renderMetrics.ts');
      return renderMetrics(state, { byOutcome, seconds });
    },
  };
}
