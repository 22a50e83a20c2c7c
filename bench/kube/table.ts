import { markdownTable } from '../markdownTable.ts';
import { median } from '../percentile.ts';
import type { Both } from './measure.ts';
import type { Figures } from './runCases.ts';

interface Row {
  readonly figure: string;
  readonly of: keyof Figures;
  readonly show: (value: number) => string;
  /** Of ours to the peer's. */
  readonly target: { readonly atMost: number } | { readonly atLeast: number };
}

const seconds = (value: number) => `${(value / 1000).toFixed(2)} s`;
const milliseconds = (value: number) => `${value.toFixed(1)} ms`;
const megabytes = (value: number) => `${Math.round(value / 2 ** 20)} MiB`;
const perSecond = (value: number) => `${Math.round(value)}/s`;

const rows: readonly Row[] = [
  { figure: 'list and cache: time', of: 'cachedMs', show: seconds, target: { atMost: 2 } },
  { figure: 'list and cache: peak memory', of: 'peakBytes', show: megabytes, target: { atMost: 2 } },
  { figure: 'change → reconcile, p50', of: 'delayP50Ms', show: milliseconds, target: { atMost: 1.5 } },
  { figure: 'change → reconcile, p99', of: 'delayP99Ms', show: milliseconds, target: { atMost: 2 } },
  { figure: 'reconciles that read', of: 'reconcilesPerSecond', show: perSecond, target: { atLeast: 0.5 } },
  { figure: 'reconciles that apply', of: 'writesPerSecond', show: perSecond, target: { atLeast: 0.5 } },
  { figure: 'idle: processor time a minute', of: 'idleCpuMs', show: milliseconds, target: { atMost: 1.5 } },
];

export interface Comparison extends Both<number> {
  readonly figure: string;
  readonly ratio: number;
  readonly target: string;
  readonly isMet: boolean;
}

/** Medians of all runs, and their ratio beside what it is to be. */
export function compare(figures: Both<readonly Figures[]>): readonly Comparison[] {
  return rows.map(({ figure, of, target }) => {
    const [ours, peer] = [figures.ours, figures.peer].map((runs) => median(runs.map((run) => run[of]))) as [
      number,
      number,
    ];
    const ratio = ours / peer;
    const isMet = 'atMost' in target ? ratio <= target.atMost : ratio >= target.atLeast;
    return {
      figure,
      ours,
      peer,
      ratio,
      target: 'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`,
      isMet,
    };
  });
}

/** For people: one row a figure. */
export function formatTable(comparisons: readonly Comparison[]): string {
  const header = ['figure', 'ours', 'controller-runtime', 'ratio', 'target', 'met'];
  const cells = comparisons.map(({ figure, ours, peer, ratio, target, isMet }, index) => {
    const show = rows[index]?.show ?? String;
    return [figure, show(ours), show(peer), ratio.toFixed(2), target, isMet ? 'yes' : 'no'];
  });
  return markdownTable(header, cells);
}
