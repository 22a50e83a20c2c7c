import { describe, expect, test } from '@jest/globals';
import { describeError, isStokerError, StokerError } from './stokerError.ts';

describe('StokerError', () => {
  const error = new StokerError('no such ref', { reason: 'UnknownRef', class: 'stalled', hint: 'push it' });

  test('is recognised by its brand, not by its class', () => {
    expect(isStokerError(error)).toBe(true);
    expect(isStokerError(new Error('no such ref'))).toBe(false);
    expect(isStokerError(undefined)).toBe(false);
  });

  test('is described by reason, message and hint', () => {
    expect(describeError(error)).toEqual({ reason: 'UnknownRef', message: 'no such ref', hint: 'push it' });
  });

  test('has its reason as its code too, like errors of Node', () => {
    expect(error.code).toBe('UnknownRef');
  });

  test('keeps its cause', () => {
    const cause = new Error('socket hang up');
    expect(new StokerError('unreachable', { reason: 'Unreachable', class: 'transient', cause }).cause).toBe(cause);
  });

  test.each([
    [new TypeError('boom'), 'boom'],
    ['a string', 'a string'],
  ])('gives %s the reason InternalError', (thrown, message) => {
    expect(describeError(thrown)).toEqual({ reason: 'InternalError', message });
  });
});
