import { describe, expect, test } from '@jest/globals';
import { StokerError } from '@stoker/errors';
import { pollDelay, retryDelay } from './pollSchedule.ts';

const middle = () => 0.5;
const minuteMs = 60_000;

function failure(errorClass: StokerError['class']): StokerError {
  return new StokerError('no', { reason: 'GitUnreachable', class: errorClass });
}

test('the poll is spread by a tenth both ways', () => {
  expect([0, 0.5, 1].map((at) => pollDelay(minuteMs, () => at))).toEqual([54_000, 60_000, 66_000]);
});

describe('after a failure', () => {
  test.each<[string, unknown, number, number]>([
    ['that goes away by itself it is 1 s', failure('transient'), 1, 1_000],
    ['the second in a row, 2 s', failure('transient'), 2, 2_000],
    ['the ninth, 256 s', failure('transient'), 9, 256_000],
    ['the tenth, 5 min', failure('transient'), 10, 300_000],
    ['the ten thousandth, 5 min', failure('transient'), 10_000, 300_000],
    ['that nobody expected it is 1 s', new TypeError('no'), 1, 1_000],
    ['that ends with a push it is the interval of the poll', failure('waiting'), 7, minuteMs],
    ['that needs a person it is 5 min', failure('stalled'), 1, 300_000],
  ])('%s until the next attempt', (_name, error, attempt, expected) => {
    expect(retryDelay(error, { attempt, pollIntervalMs: minuteMs }, middle)).toBe(expected);
  });

  test.each([undefined, 3_600_000])(
    'that ends with a push it is 5 min at most, with a poll every %s ms',
    (interval) => {
      expect(retryDelay(failure('waiting'), { attempt: 1, pollIntervalMs: interval }, middle)).toBe(300_000);
    },
  );

  test('attempts are spread by a fifth both ways', () => {
    const at = (random: number) =>
      retryDelay(failure('transient'), { attempt: 99, pollIntervalMs: undefined }, () => random);
    expect([at(0), at(0.5), at(1)]).toEqual([240_000, 300_000, 360_000]);
  });
});
