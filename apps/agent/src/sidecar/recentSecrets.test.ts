import { expect, test } from '@jest/globals';
import { createRecentRedactor } from './recentSecrets.ts';

const hourMs = 3_600_000;
const token = (n: number) => `ghs_token-number-${n}`;
/** Which of so many tokens still show. */
const shown = (redactor: { redact(text: string): string }, count: number) =>
  Array.from({ length: count }, (_none, n) => n).filter((n) => redactor.redact(token(n)).includes(token(n)));

test('of a token that is another one every hour the old ones are forgotten, and a key that stays never is', () => {
  let nowMs = 0;
  const redactor = createRecentRedactor(() => nowMs);
  for (let n = 0; n < 200; n++) {
    nowMs = n * hourMs;
    redactor.protect('the-key-that-stays');
    redactor.protect(token(n));
  }
  // 63 tokens and the key.
  expect(shown(redactor, 200)).toEqual(Array.from({ length: 137 }, (_none, n) => n));
  expect(redactor.redact('with the-key-that-stays')).toBe('with [redacted]');
});

test('within a day none is forgotten, however many come', () => {
  let nowMs = 0;
  const redactor = createRecentRedactor(() => nowMs);
  for (let n = 0; n < 200; n++) {
    nowMs += 60_000;
    redactor.protect(token(n));
  }
  expect(shown(redactor, 200)).toEqual([]);
});

test('one that is mounted again is as good as new', () => {
  let nowMs = 0;
  const redactor = createRecentRedactor(() => nowMs);
  redactor.protect(token(0));
  for (let n = 1; n < 100; n++) redactor.protect(token(n));
  nowMs = 23 * hourMs;
  redactor.protect(token(0));
  nowMs = 25 * hourMs;
  redactor.protect(token(100));
  expect(shown(redactor, 101)).toEqual(Array.from({ length: 37 }, (_none, n) => n + 1));
});
