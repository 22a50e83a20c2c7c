import type { SinkCounts } from '@stoker/audit';
import { reasons } from '@stoker/crd-types';
import type { SyncSummary } from '../worker/messages.ts';
import type { AgentState } from './state.ts';
import type { ScanResult } from './transitions.ts';
import type { UnreadReason } from './watchDocument.ts';

/** Counts kept as plain numbers: prom-client is loaded with the first scrape, since many gateways are never scraped. */
export interface AgentMetrics {
  countSync(summary: SyncSummary, durationMs: number): void;
  countFailure(reason: string, durationMs: number): void;
  countScan(scan: ScanResult): void;
  countUnread(reason: UnreadReason): void;
  render(state: AgentState): Promise<string>;
}

/** What this process has done since it began. Keys are bounded sets. */
export interface Tally {
  readonly syncs: Counts;
  readonly phaseSeconds: Counts;
  readonly errors: Counts;
  readonly files: Counts;
  readonly scans: Counts;
  readonly scanSeconds: Counts;
  readonly unread: Counts;
  syncSeconds: number;
  writtenBytes: number;
  fetchedBytes: number;
}

export type Counts = Map<string, number>;

export function emptyTally(): Tally {
  return {
    syncs: new Map(),
    phaseSeconds: new Map(),
    errors: new Map(),
    files: new Map(),
    scans: new Map(),
    scanSeconds: new Map(),
    unread: new Map(),
    syncSeconds: 0,
    writtenBytes: 0,
    fetchedBytes: 0,
  };
}

const knownReasons: ReadonlySet<string> = new Set(Object.values(reasons));

export function createMetrics(auditCounts: () => readonly SinkCounts[] = () => []): AgentMetrics {
  const tally = emptyTally();
  const add = (counts: Counts, key: string, count: number) => counts.set(key, (counts.get(key) ?? 0) + count);
  const countOutcome = (outcome: string, durationMs: number) => {
    add(tally.syncs, outcome, 1);
    tally.syncSeconds += durationMs / 1000;
  };
  return {
    countSync({ outcome, counts, durationsMs, bytesWritten, fetchedBytes }, durationMs) {
      countOutcome(outcome, durationMs);
      for (const [phase, ms] of Object.entries(durationsMs)) add(tally.phaseSeconds, phase, ms / 1000);
      tally.fetchedBytes += fetchedBytes;
      if (outcome === 'dry-run') return;
      tally.writtenBytes += bytesWritten;
      for (const kind of ['added', 'modified', 'deleted'] as const) add(tally.files, kind, counts[kind]);
    },
    countFailure(reason, durationMs) {
      countOutcome('failed', durationMs);
      add(tally.errors, knownReasons.has(reason) ? reason : reasons.InternalError, 1);
    },
    countScan({ outcome, durationMs = 0 }) {
      add(tally.scans, outcome, 1);
      add(tally.scanSeconds, outcome, durationMs / 1000);
    },
    countUnread: (reason) => void add(tally.unread, reason, 1),
    async render(state) {
      const { agentRegistry } = await import('./agentRegistry.ts');
      return agentRegistry(state, tally, auditCounts).metrics();
    },
  };
}
