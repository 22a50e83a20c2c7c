import type { CaseResult, ProgramName } from './runCases.ts';
import type { Measurement } from './programs.ts';

/** Medians of one program in one case; of the memory the highest. */
interface Summary {
  readonly ms: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number | undefined;
}

export interface CaseSummary extends Readonly<Record<ProgramName, Summary>> {
  readonly name: string;
  /** How many times as long the others take. */
  readonly ratios: { readonly peer: number; readonly rsync: number };
}

export function summarise(results: readonly CaseResult[]): readonly CaseSummary[] {
  return results.map(({ name, runs }) => {
    const [ours, peer, rsync] = [summaryOf(runs.ours), summaryOf(runs.peer), summaryOf(runs.rsync)];
    return { name, ours, peer, rsync, ratios: { peer: peer.ms / ours.ms, rsync: rsync.ms / ours.ms } };
  });
}

function summaryOf(runs: readonly Measurement[]): Summary {
  const peaks = runs.flatMap(({ peakBytes }) => peakBytes ?? []);
  return {
    ms: median(runs.map(({ ms }) => ms)),
    cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
    peakBytes: peaks.length === 0 ? undefined : Math.max(...peaks),
  };
}

/** For people: one row a case. */
export function formatTable(summaries: readonly CaseSummary[]): string {
  const cell = ({ ms, cpuSeconds, peakBytes }: Summary) =>
    [`${ms.toFixed(0)} ms`, `${cpuSeconds.toFixed(2)} s cpu`, peakBytes ? `${Math.round(peakBytes / 2 ** 20)} MB` : '']
      .filter(Boolean)
      .join(', ');
  const rows = summaries.map(({ name, ours, peer, rsync, ratios }) => [
    name,
    cell(ours),
    cell(peer),
    cell(rsync),
    `${ratios.peer.toFixed(1)}×`,
    `${ratios.rsync.toFixed(1)}×`,
  ]);
  const header = [
    'case',
    'ours, from git',
    'peer, from a checkout',
    'rsync, from a checkout',
    'peer/ours',
    'rsync/ours',
  ];
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const [low = NaN, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}
