import { expect, test } from '@jest/globals';
import { durationMs } from './duration.ts';

test.each([
  ['60s', 60_000],
  ['1h30m', 5_400_000],
  ['1500ms', 1_500],
  ['60', undefined],
  ['1d', undefined],
  ['-5s', undefined],
  ['', undefined],
])('%j is %j milliseconds', (text, expected) => {
  expect(durationMs(text)).toBe(expected);
});
