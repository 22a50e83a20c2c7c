import { markdownTable } from '../markdownTable.ts';
import { median } from '../percentile.ts';
import type { Measurement } from './programs.ts';
import { fewChanged, fromGit, fullSync, nothingChanged } from './runCases.ts';
import type { CaseName, CaseResult, ProgramName } from './runCases.ts';

/** Medians of one program in one case; of the memory the highest. */
interface Summary {
  readonly ms: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number | undefined;
}

export interface CaseSummary extends Readonly<Record<ProgramName, Summary>> {
  readonly name: CaseName;
  /** How many times as long the others take. */
  readonly ratios: { readonly peer: number; readonly rsync: number };
  /** What the peer's ratio is to be at least. */
  readonly target: number;
  readonly isMet: boolean;
}

export interface Comparison {
  readonly cases: readonly CaseSummary[];
  /** The highest of ours in any case. */
  readonly memory: { readonly peakBytes: number; readonly targetBytes: number; readonly isMet: boolean };
}

interface Targets {
  readonly ratios: Readonly<Record<CaseName, number>>;
  readonly peakBytes: number;
}

const targets: Targets = {
  ratios: { [fullSync]: 2, [nothingChanged]: 30, [fewChanged]: 20, [fromGit]: 2.5 },
  peakBytes: 120e6,
};
const targetsOfMany: Targets = {
  ratios: { [fullSync]: 3, [nothingChanged]: 40, [fewChanged]: 25, [fromGit]: 2.5 },
  peakBytes: 200e6,
};

/** Medians of all runs, beside what they are to be in a tree of so many files. */
export function compare(results: readonly CaseResult[], files: number): Comparison {
  const { ratios: wanted, peakBytes: targetBytes } = files < 100_000 ? targets : targetsOfMany;
  const cases = results.map(({ name, runs }) => {
    const [ours, peer, rsync] = [summaryOf(runs.ours), summaryOf(runs.peer), summaryOf(runs.rsync)];
    const ratios = { peer: peer.ms / ours.ms, rsync: rsync.ms / ours.ms };
    return { name, ours, peer, rsync, ratios, target: wanted[name], isMet: ratios.peer >= wanted[name] };
  });
  // Nothing measured is NaN, which meets no target.
  const peakBytes = Math.max(...cases.map(({ ours }) => ours.peakBytes ?? NaN));
  return { cases, memory: { peakBytes, targetBytes, isMet: cases.length > 0 && peakBytes <= targetBytes } };
}

function summaryOf(runs: readonly Measurement[]): Summary {
  const peaks = runs.flatMap(({ peakBytes }) => peakBytes ?? []);
  return {
    ms: median(runs.map(({ ms }) => ms)),
    cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
    peakBytes: peaks.length === 0 ? undefined : Math.max(...peaks),
  };
}

const header = ['case', 'ours', 'peer', 'rsync', 'peer/ours', 'target', 'met', 'rsync/ours'];

/** For people: one row a case, and one for our memory. */
export function formatTable({ cases, memory }: Comparison): string {
  const cell = ({ ms, cpuSeconds, peakBytes }: Summary) =>
    [`${ms.toFixed(0)} ms`, `${cpuSeconds.toFixed(2)} s cpu`, peakBytes ? megabytes(peakBytes) : '']
      .filter(Boolean)
      .join(', ');
  const rows = cases.map(({ name, ours, peer, rsync, ratios, target, isMet }) => [
    name,
    cell(ours),
    cell(peer),
    cell(rsync),
    `${ratios.peer.toFixed(1)}×`,
    `≥ ${target}×`,
    isMet ? 'yes' : 'no',
    `${ratios.rsync.toFixed(1)}×`,
  ]);
  const { peakBytes, targetBytes, isMet } = memory;
  const ofMemory = [
    'peak memory',
    megabytes(peakBytes),
    '',
    '',
    '',
    `≤ ${megabytes(targetBytes)}`,
    isMet ? 'yes' : 'no',
    '',
  ];
  return markdownTable(header, [...rows, ofMemory]);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
