import { describe, expect, test } from '@jest/globals';
import { backoffMs } from './backoff.ts';

describe('backoffMs', () => {
  test.each([
    [1, 1000],
    [2, 2000],
    [5, 16_000],
    [9, 256_000],
    [10, 300_000],
    [1_000_000, 300_000],
  ])('a transient failure waits, after attempt %i, %i ms in the middle of its jitter', (attempt, expected) => {
    expect(backoffMs('transient', attempt, 0.5)).toBe(expected);
  });

  test('a stalled failure waits five minutes from the first on', () => {
    expect(backoffMs('stalled', 1, 0.5)).toBe(300_000);
  });

  test('jitter spreads by a fifth to both sides', () => {
    expect([backoffMs('transient', 1, 0), backoffMs('transient', 1, 1)]).toEqual([800, 1200]);
  });
});
