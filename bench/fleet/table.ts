import { markdownTable } from '../markdownTable.ts';
import type { Figures } from './runCases.ts';

interface Row {
  readonly figure: string;
  readonly of: (figures: Figures) => number;
  readonly show: (value: number) => string;
  /** What it is to be at most, where something was promised. */
  readonly atMost?: number;
}

const seconds = (value: number) => `${(value / 1000).toFixed(1)} s`;
const milliseconds = (value: number) => `${Math.round(value)} ms`;
const mebibytes = (value: number) => `${Math.round(value / 2 ** 20)} MiB`;
const kibibytes = (value: number) => `${Math.round(value / 1024)} KiB`;
const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
const count = (value: number) => String(Math.round(value));

const rows: readonly Row[] = [
  { figure: 'installation: all gateways told', of: ({ installation }) => installation.toldMs, show: seconds },
  { figure: 'installation: all CRs Ready', of: ({ installation }) => installation.readyMs, show: seconds },
  { figure: 'start: all refs resolved', of: ({ start }) => start.resolvedMs, show: seconds, atMost: 20_000 },
  { figure: 'start: nothing left to do', of: ({ start }) => start.quietMs, show: seconds },
  { figure: 'start: peak memory', of: ({ start }) => start.peakBytes, show: mebibytes, atMost: 200 * 2 ** 20 },
  { figure: 'rest: share of a processor', of: ({ rest }) => rest.cpu, show: percent, atMost: 0.049 },
  { figure: 'rest: memory', of: ({ rest }) => rest.bytes, show: mebibytes, atMost: 200 * 2 ** 20 },
  { figure: 'rest: questions to git servers a minute', of: ({ rest }) => rest.resolutionsAMinute, show: count },
  {
    figure: 'push to a shared repository: told, p50',
    of: ({ sharedPush }) => sharedPush.toldP50Ms,
    show: milliseconds,
  },
  {
    figure: 'push to a shared repository: told, p99',
    of: ({ sharedPush }) => sharedPush.toldP99Ms,
    show: milliseconds,
  },
  { figure: 'push to a shared repository: all Ready', of: ({ sharedPush }) => sharedPush.readyMs, show: seconds },
  { figure: 'push to the large CR: told, p50', of: ({ largePush }) => largePush.toldP50Ms, show: milliseconds },
  { figure: 'push to the large CR: told, p99', of: ({ largePush }) => largePush.toldP99Ms, show: milliseconds },
  { figure: 'push to the large CR: Ready', of: ({ largePush }) => largePush.readyMs, show: seconds },
  {
    figure: 'large CR: the whole object',
    of: ({ largePush }) => largePush.statusBytes,
    show: kibibytes,
    atMost: 2 ** 19,
  },
  {
    figure: 'large CR: writes refused as conflicts',
    of: ({ largePush }) => largePush.conflicts,
    show: count,
    atMost: 0,
  },
  { figure: 'failover: all gateways told', of: ({ failover }) => failover.toldMs, show: seconds },
  { figure: 'failover: nothing left to do', of: ({ failover }) => failover.quietMs, show: seconds },
];

export interface Line {
  readonly figure: string;
  readonly value: number;
  readonly shown: string;
  readonly target: string | undefined;
  readonly isMet: boolean | undefined;
}

/** Each figure beside what was promised. */
export function judge(figures: Figures): readonly Line[] {
  return rows.map(({ figure, of, show, atMost }) => {
    const value = of(figures);
    const target = atMost === undefined ? undefined : `≤ ${show(atMost)}`;
    return { figure, value, shown: show(value), target, isMet: atMost === undefined ? undefined : value <= atMost };
  });
}

/** For people: one row a figure. */
export function formatTable(lines: readonly Line[]): string {
  const cells = lines.map(({ figure, shown, target = '', isMet }) => {
    const verdict = isMet ? 'yes' : 'no';
    return [figure, shown, target, isMet === undefined ? '' : verdict];
  });
  return markdownTable(['figure', 'measured', 'target', 'met'], cells);
}
