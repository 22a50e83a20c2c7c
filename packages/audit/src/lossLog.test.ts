import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Logger, LogFields } from '@stoker/logging';
import { createLossLog, type LossLog } from './lossLog.ts';

let said: unknown[];
let lossLog: LossLog;

beforeEach(() => {
  jest.useFakeTimers();
  said = [];
  const error = (_message: string, { reason, count }: LogFields = {}) => void said.push([reason, count]);
  lossLog = createLossLog('http', { error } as Pick<Logger, 'error'> as Logger);
});
afterEach(() => void jest.useRealTimers());

test('the first loss is said at once, and those of the minute after it at its end, though no other follows', () => {
  for (let number = 0; number < 10; number++) lossLog.lost(1, 'QueueFull');
  lossLog.lost(2, 'Refused');
  expect(said).toEqual([
    ['QueueFull', 1],
    ['Refused', 2],
  ]);
  jest.advanceTimersByTime(60_000);
  expect(said.slice(2)).toEqual([['QueueFull', 9]]);
  jest.advanceTimersByTime(600_000);
  expect(said).toHaveLength(3);
});

test('an end says what has not been said, once', () => {
  for (let number = 0; number < 3; number++) lossLog.lost(1, 'QueueFull');
  lossLog.close();
  jest.advanceTimersByTime(60_000);
  expect(said).toEqual([
    ['QueueFull', 1],
    ['QueueFull', 2],
  ]);
});
