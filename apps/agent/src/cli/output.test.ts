import { describe, expect, test } from '@jest/globals';
import { StokerError } from '@stoker/errors';
import { exitCodeOf } from './exitCode.ts';
import { describeChange, describeFailure, describeOutcome, failedOutcome } from './output.ts';
import { parseDuration } from './parseDuration.ts';
import { renderProgress } from './progressBar.ts';

const counts = { added: 1, modified: 2, deleted: 3, unchanged: 4 };
const commit = '0123456789abcdef0123456789abcdef01234567';

function failure(reason: string) {
  return new StokerError('it went wrong', { reason, class: 'stalled', hint: 'do this' });
}

describe('exit codes', () => {
  test.each([
    ['RefNotFound', 1],
    ['GitUnreachable', 1],
    ['StorageFull', 1],
    ['Usage', 2],
    ['InvalidResource', 2],
    ['InvalidRef', 2],
    ['InvalidPatch', 2],
    ['SourceVanished', 3],
    ['TargetUnsafe', 3],
    ['SymlinkRefused', 3],
    ['LockHeld', 4],
  ])('%s ends with %i', (reason, code) => {
    expect(exitCodeOf(failure(reason))).toBe(code);
  });

  test('an unexpected error counts as failed', () => {
    expect(exitCodeOf(new TypeError('boom'))).toBe(1);
  });
});

describe('the JSON of a failure', () => {
  test('has the outcome, what is known, zero counts and the error with its hint', () => {
    expect(failedOutcome(failure('RefNotFound'), { ref: 'mian' })).toEqual({
      outcome: 'failed',
      ref: 'mian',
      counts: { added: 0, modified: 0, deleted: 0, unchanged: 0 },
      error: { reason: 'RefNotFound', message: 'it went wrong', hint: 'do this' },
    });
  });

  test('calls a refusal a refusal', () => {
    expect(failedOutcome(failure('SourceVanished'), {}).outcome).toBe('refused');
  });
});

describe('the text for people', () => {
  test.each([
    ['synced', 'synced to main (0123456789ab): 1 added, 2 modified, 3 deleted, 4 unchanged'],
    ['dry-run', 'would change to main (0123456789ab): 1 added, 2 modified, 3 deleted, 4 unchanged'],
    ['unchanged', 'up to date with main (0123456789ab): 4 files'],
  ] as const)('%s is one line', (outcome, line) => {
    expect(describeOutcome({ outcome, ref: 'main', commit, counts })).toBe(line);
  });

  test('a failure has its reason and what to do', () => {
    expect(describeOutcome(failedOutcome(failure('RefNotFound'), {}))).toBe(
      'RefNotFound: it went wrong\n  hint: do this',
    );
  });

  test('what a server has put into a message cannot touch the terminal', () => {
    const error = { reason: 'GitServerError', message: 'it said \u009b2J', hint: 'ask \u202ewho' };
    expect(describeFailure(error)).toBe('GitServerError: it said \\u009b2J\n  hint: ask \\u202ewho');
  });

  test('a control character in a path cannot touch the terminal, nor end its line', () => {
    const change = {
      path: 'a\u001b[2J\u009b2J\nb',
      kind: 'deleted',
      before: 'x',
      after: undefined,
      liveEdit: true,
    } as const;
    expect(describeChange(change)).toBe('- a\\u001b[2J\\u009b2J\\nb  (edited live)');
  });
});

test.each([
  [{ phase: 'fetch', done: 0, total: 0 } as const, 'fetching'],
  [{ phase: 'list', done: 1200, total: 0 } as const, 'listing    1,200'],
  [
    { phase: 'stage', done: 50, total: 100 } as const,
    `staging    [${'#'.repeat(12)}${'-'.repeat(12)}]  50%  50 of 100`,
  ],
])('progress %j reads %j', (progress, text) => {
  expect(renderProgress(progress)).toBe(text);
});

describe('durations', () => {
  test.each([
    ['1s', 1000],
    ['5m', 300_000],
    ['24h', 86_400_000],
  ])('%s is %i ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  test.each(['', '5', '0s', '25h', '-1s', '1.5m', '1d', 's'])('%j is refused with an example', (text) => {
    expect(() => parseDuration(text)).toThrow(
      expect.objectContaining({ reason: 'Usage', hint: expect.stringContaining('30s') }),
    );
  });
});
