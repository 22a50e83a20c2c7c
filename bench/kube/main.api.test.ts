// The whole bench in its short form, with the peer, against a server of its own. What it measures here says nothing about speed.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';
import { compare, formatTable } from './table.ts';

const load = { objects: 60, runs: 1, settleSeconds: 1, idleSeconds: 2, changes: 20, changesPerSecond: 20 };
const figures = [
  'cachedMs',
  'delayP50Ms',
  'delayP99Ms',
  'idleCpuMs',
  'peakBytes',
  'reconcilesPerSecond',
  'writesPerSecond',
] as const;

type Results = {
  readonly load: object;
  readonly comparisons: object[];
  readonly figures: Parameters<typeof compare>[0];
};
let results: Results;

beforeAll(async () => {
  const given = {
    objects: load.objects,
    runs: load.runs,
    'settle-seconds': load.settleSeconds,
    'idle-seconds': load.idleSeconds,
    changes: load.changes,
    rate: load.changesPerSecond,
    output: 'json',
  };
  const options = Object.entries(given).map(([name, value]) => `--${name}=${value}`);
  const program = ['--conditions=@stoker/source', join(import.meta.dirname, 'main.ts')];
  const { stdout } = await promisify(execFile)(process.execPath, [...program, ...options]);
  results = JSON.parse(stdout) as Results;
}, 600_000);

test('says what was asked of it', () => {
  expect(results.load).toEqual(load);
});

test('measures every figure of both programs', () => {
  for (const runs of [results.figures.ours, results.figures.peer]) {
    expect(runs).toHaveLength(1);
    expect(Object.keys(runs[0] ?? {}).toSorted()).toEqual(figures);
    const { idleCpuMs, ...others } = { idleCpuMs: -1, ...runs[0] };
    // Of two seconds of nothing, nothing is a figure.
    expect(idleCpuMs).toBeGreaterThanOrEqual(0);
    expect(Object.values(others).filter((value) => !(value > 0))).toEqual([]);
  }
});

test('no half of the changes is seen later than almost all of them', () => {
  const late = [...results.figures.ours, ...results.figures.peer].filter(
    ({ delayP50Ms, delayP99Ms }) => delayP50Ms > delayP99Ms,
  );
  expect(late).toEqual([]);
});

test('compares what it has measured, and shows one row a figure', () => {
  const comparisons = compare(results.figures);
  // JSON has no word for a ratio to nothing.
  expect(results.comparisons).toEqual(JSON.parse(JSON.stringify(comparisons)));
  expect(formatTable(comparisons).split('\n')).toHaveLength(2 + figures.length);
});
