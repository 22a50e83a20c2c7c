import { expect, test } from '@jest/globals';
import type { Figures } from './runCases.ts';
import { formatTable, judge } from './table.ts';

const push = { toldP50Ms: 20, toldP99Ms: 90, toldLastMs: 95, readyMs: 300 };
const figures: Figures = {
  installation: { toldMs: 60_000, readyMs: 70_000 },
  start: { resolvedMs: 20_000, quietMs: 21_000, peakBytes: 150 * 2 ** 20 },
  rest: { cpu: 0.05, bytes: 120 * 2 ** 20, resolutionsAMinute: 802 },
  sharedPush: push,
  largePush: { ...push, statusBytes: 100 * 1024, conflicts: 0 },
  failover: { toldMs: 17_000, quietMs: 18_000 },
};
const shown = formatTable(judge(figures)).split('\n');

test.each([
  'start: all refs resolved | 20.0 s | ≤ 20.0 s | yes',
  'start: peak memory | 150 MiB | ≤ 200 MiB | yes',
  'rest: share of a processor | 5.0 % | ≤ 4.9 % | no',
  'push to the large CR: told, p99 | 90 ms |  | ',
  'large CR: writes refused as conflicts | 0 | ≤ 0 | yes',
])('shows %s', (row) => {
  expect(shown).toContain(`| ${row} |`);
});

test('what could not be measured meets no target', () => {
  const none = { ...figures, start: { resolvedMs: NaN, quietMs: NaN, peakBytes: NaN } };
  const met = judge(none).filter(({ figure, isMet }) => figure.startsWith('start:') && isMet);
  expect(met).toEqual([]);
});
