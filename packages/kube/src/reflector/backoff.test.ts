import { expect, test } from '@jest/globals';
import { createBackoff } from './backoff.ts';

const randomMost = () => 1;
const randomLeast = () => 0;

test('it doubles up to the longest, and begins again after a success', () => {
  const backoff = createBackoff({ baseMs: 800, random: randomMost });
  expect([1, 2, 3, 4].map(() => backoff.next(5_000))).toEqual([1_600, 3_200, 5_000, 5_000]);
  backoff.reset();
  expect(backoff.next(5_000)).toBe(1_600);
});

test('half of it is at random, at the longest too', () => {
  const backoff = createBackoff({ baseMs: 800, random: randomLeast });
  expect([1, 2, 3, 4].map(() => backoff.next(5_000))).toEqual([800, 1_600, 2_500, 2_500]);
});
