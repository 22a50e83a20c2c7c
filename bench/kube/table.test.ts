import { expect, test } from '@jest/globals';
import type { Figures } from './runCases.ts';
import { compare, formatTable } from './table.ts';

const figures: Figures = {
  cachedMs: 200,
  peakBytes: 50 * 2 ** 20,
  idleCpuMs: 10,
  reconcilesPerSecond: 1000,
  writesPerSecond: 100,
  delayP50Ms: 2,
  delayP99Ms: 10,
};
const find = (name: string, ours: readonly Figures[], peer: readonly Figures[] = [figures]) =>
  compare({ ours, peer }).find(({ figure }) => figure === name);

test('each figure is compared once', () => {
  const names = compare({ ours: [figures], peer: [figures] }).map(({ figure }) => figure);
  expect(new Set(names).size).toBe(Object.keys(figures).length);
});

test('the ratio is of the medians of all runs', () => {
  const ours = [100, 900, 300].map((cachedMs) => ({ ...figures, cachedMs }));
  expect(find('list and cache: time', ours)).toMatchObject({ ours: 300, peer: 200, ratio: 1.5 });
});

test.each([
  ['list and cache: time', { cachedMs: 400 }, '≤ 2', true],
  ['list and cache: time', { cachedMs: 402 }, '≤ 2', false],
  ['list and cache: peak memory', { peakBytes: 101 * 2 ** 20 }, '≤ 2', false],
  ['change → reconcile, p50', { delayP50Ms: 3.1 }, '≤ 1.5', false],
  ['change → reconcile, p99', { delayP99Ms: 20 }, '≤ 2', true],
  ['reconciles that read', { reconcilesPerSecond: 500 }, '≥ 0.5', true],
  ['reconciles that read', { reconcilesPerSecond: 499 }, '≥ 0.5', false],
  ['reconciles that apply', { writesPerSecond: 49 }, '≥ 0.5', false],
  ['idle: processor time a minute', { idleCpuMs: 16 }, '≤ 1.5', false],
])('%s, with %j beside its peer, is to be %s: %s', (name, ours, target, isMet) => {
  expect(find(name, [{ ...figures, ...ours }])).toMatchObject({ target, isMet });
});

test('what could not be measured meets no target', () => {
  const met = compare({ ours: [], peer: [figures] }).filter(({ isMet }) => isMet);
  expect(met).toEqual([]);
});

test('the table has each figure in its unit', () => {
  const table = formatTable(compare({ ours: [{ ...figures, cachedMs: 500 }], peer: [figures] }));
  expect(table.split('\n')).toEqual([
    '| figure | ours | controller-runtime | ratio | target | met |',
    '| --- | --- | --- | --- | --- | --- |',
    '| list and cache: time | 0.50 s | 0.20 s | 2.50 | ≤ 2 | no |',
    '| list and cache: peak memory | 50 MiB | 50 MiB | 1.00 | ≤ 2 | yes |',
    '| change → reconcile, p50 | 2.0 ms | 2.0 ms | 1.00 | ≤ 1.5 | yes |',
    '| change → reconcile, p99 | 10.0 ms | 10.0 ms | 1.00 | ≤ 2 | yes |',
    '| reconciles that read | 1000/s | 1000/s | 1.00 | ≥ 0.5 | yes |',
    '| reconciles that apply | 100/s | 100/s | 1.00 | ≥ 0.5 | yes |',
    '| idle: processor time a minute | 10.0 ms | 10.0 ms | 1.00 | ≤ 1.5 | yes |',
  ]);
});
