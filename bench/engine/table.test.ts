import { expect, test } from '@jest/globals';
import type { Measurement } from './programs.ts';
import { fewChanged, fromGit, fullSync, nothingChanged } from './runCases.ts';
import type { CaseName, CaseResult } from './runCases.ts';
import { compare, formatTable } from './table.ts';

const mb = 1e6;
const took = (...ms: readonly number[]): Measurement[] =>
  ms.map((each) => ({ ms: each, cpuSeconds: each / 1000, peakBytes: 100 * mb }));

function result(name: CaseName, ours: readonly Measurement[], peer: readonly Measurement[]): CaseResult {
  return { name, runs: { ours, peer, rsync: took(50) } };
}

test('a ratio is of the medians of all runs', () => {
  const { cases } = compare([result(fullSync, took(100, 900, 300), took(600, 700, 10))], 10_000);
  expect(cases).toMatchObject([{ ours: { ms: 300 }, peer: { ms: 600 }, ratios: { peer: 2, rsync: 50 / 300 } }]);
});

test.each([
  [fullSync, 10_000, 200, 2, true],
  [fullSync, 10_000, 199, 2, false],
  [fullSync, 100_000, 299, 3, false],
  [nothingChanged, 10_000, 3000, 30, true],
  [nothingChanged, 100_000, 3999, 40, false],
  [fewChanged, 10_000, 1999, 20, false],
  [fewChanged, 100_000, 2500, 25, true],
  [fromGit, 10_000, 249, 2.5, false],
] as const)(
  '%s, with %i files and %i ms of the peer to 100 of ours, is to be %d times: %s',
  (name, files, ms, target, isMet) => {
    expect(compare([result(name, took(100), took(ms))], files).cases).toMatchObject([{ target, isMet }]);
  },
);

test('the peak of all our runs is held against the target', () => {
  const peaks = (bytes: number) =>
    compare([result(fullSync, [{ ms: 1, cpuSeconds: 1, peakBytes: bytes }], took(1))], 10_000);
  expect(peaks(120 * mb).memory).toEqual({ peakBytes: 120 * mb, targetBytes: 120 * mb, isMet: true });
  expect(peaks(121 * mb).memory.isMet).toBe(false);
});

test('what could not be measured meets no target', () => {
  const { cases, memory } = compare([result(fullSync, [], took(100))], 10_000);
  expect([cases[0]?.isMet, memory.isMet]).toEqual([false, false]);
  expect(compare([], 10_000).memory.isMet).toBe(false);
});

test('the table has each case beside its target, and our memory', () => {
  expect(formatTable(compare([result(nothingChanged, took(10), took(400))], 10_000)).split('\n')).toEqual([
    '| case | ours | peer | rsync | peer/ours | target | met | rsync/ours |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    '| nothing changed | 10 ms, 0.01 s cpu, 100 MB | 400 ms, 0.40 s cpu, 100 MB | 50 ms, 0.05 s cpu, 100 MB | 40.0× | ≥ 30× | yes | 5.0× |',
    '| peak memory | 100 MB |  |  |  | ≤ 120 MB | yes |  |',
  ]);
});
