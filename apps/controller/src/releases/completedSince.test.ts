import { expect, test } from '@jest/globals';
import type { StatusDocument } from '@stoker/crd-types';
import { completedSinceMs } from './completedSince.ts';

type Entry = StatusDocument['history'][number];
const entry = (commit: string, second: number, outcome: Entry['outcome'] = 'Synced'): Entry => ({
  at: new Date(second * 1_000).toISOString(),
  commit,
  releaseId: `release-${commit}`,
  outcome,
  changed: 1,
  durationMs: 1,
});

test.each<[string, Entry[][], number | undefined]>([
  ['the arrival of the last', [[entry('a', 3)], [entry('b', 9), entry('a', 5)]], 5_000],
  ['not a live edit that was put back since', [[entry('a', 8), entry('a', 3), entry('0', 1)]], 3_000],
  ['the latest arrival, where a branch went back', [[entry('a', 8), entry('b', 5), entry('a', 1)]], 8_000],
  ['nothing that failed', [[entry('a', 4), entry('a', 2, 'Failed')]], 4_000],
  ['unknown where one does not tell', [[entry('a', 3)], [entry('b', 4)]], undefined],
  ['unknown of nobody', [], undefined],
])('it is %s', (_what, histories, expected) => {
  expect(
    completedSinceMs(
      histories.map((history) => ({ history })),
      'a',
    ),
  ).toBe(expected);
});
