import { expect, test } from '@jest/globals';
import { seconds } from './progress.ts';

test.each([
  [40, '0.0 s'],
  [2_340, '2.3 s'],
  [59_400, '59 s'],
  [65_000, '1 min 05 s'],
  [600_000, '10 min 00 s'],
])('%d milliseconds read %s', (milliseconds, text) => {
  expect(seconds(milliseconds)).toBe(text);
});
