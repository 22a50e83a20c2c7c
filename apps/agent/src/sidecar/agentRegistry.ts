import type { SinkCounts } from '@stoker/audit';
import { registerAuditMetrics } from '@stoker/audit/metrics';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Counts, Tally } from './metrics.ts';
import type { AgentState } from './state.ts';
import { isFailing } from './statusDocument.ts';

/** The agent's metrics, as they are now. */
export function agentRegistry(
  state: AgentState,
  tally: Tally,
  auditCounts: () => readonly SinkCounts[] = () => [],
): Registry {
  const registry = new Registry();
  registerAuditMetrics(registry, auditCounts);
  const registers = [registry];
  const total = (name: string, help: string, value: number) =>
    new Counter({ name: `stoker_agent_${name}`, help, registers }).inc(value);
  const totals = (name: string, help: string, label: string, counts: Counts) => {
    const counter = new Counter({ name: `stoker_agent_${name}`, help, labelNames: [label], registers });
    for (const [value, count] of counts) counter.inc({ [label]: value }, count);
  };
  const gauge = (name: string, help: string, value: number) =>
    new Gauge({ name: `stoker_agent_${name}`, help, registers }).set(value);

  totals('syncs_total', 'Syncs, by outcome: synced, unchanged, dry-run or failed.', 'outcome', tally.syncs);
  total('sync_seconds_total', 'Time spent on syncs, from the fetch to the end of the scan.', tally.syncSeconds);
  totals(
    'sync_phase_seconds_total',
    'Time spent in each phase of syncs that did not fail: fetch, recover, list, plan, stage, apply or finish.',
    'phase',
    tally.phaseSeconds,
  );
  totals('sync_errors_total', 'Syncs that failed, by reason.', 'reason', tally.errors);
  totals('changed_files_total', 'Files that syncs changed, by kind: added, modified or deleted.', 'kind', tally.files);
  total('written_bytes_total', 'Bytes that syncs wrote into the folder.', tally.writtenBytes);
  total('fetched_bytes_total', 'Bytes that were fetched from the git server.', tally.fetchedBytes);
  totals('scans_total', 'Scans of the gateway, by outcome: Scanned, Skipped or Failed.', 'outcome', tally.scans);
  totals('scan_seconds_total', 'Time spent on scans of the gateway, by outcome.', 'outcome', tally.scanSeconds);
  totals(
    'document_errors_total',
    'Tries to read the metadata document that failed, by reason: Forbidden or Other. The folder follows the last one that was read.',
    'reason',
    tally.unread,
  );

  const checkedAt = (state.checkedAtMs ?? 0) / 1000;
  gauge(
    'checked_timestamp_seconds',
    'When a sync last succeeded, also one that found nothing to do; 0 before.',
    checkedAt,
  );
  gauge(
    'failing',
    '1 while the status says Failed: a sync, the scan behind it or a verification has failed, or a release was refused.',
    isFailing(state) ? 1 : 0,
  );
  gauge('drifted_files', 'Live edits that were found and kept.', state.last?.drifted.count ?? 0);
  gauge('resident_memory_bytes', 'Resident memory of this process.', process.memoryUsage.rss());
  new Gauge({
    name: 'stoker_agent_release_info',
    help: 'What the folder equals: id of the release, and commit.',
    labelNames: ['release', 'commit'],
    registers,
  }).set({ release: state.applied?.id ?? '', commit: state.applied?.commit ?? '' }, 1);
  return registry;
}
