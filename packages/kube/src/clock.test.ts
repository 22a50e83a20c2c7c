import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { systemClock } from './clock.ts';

const monthMs = 30 * 24 * 60 * 60_000;

describe('the clock of the system', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test('calls back after more than the 25 days that a timer of Node can count, once, and not before', () => {
    const callback = jest.fn();
    systemClock.schedule(2 * monthMs, callback);
    jest.advanceTimersByTime(2 * monthMs - 1);
    expect(callback).not.toHaveBeenCalled();
    jest.advanceTimersByTime(monthMs);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  test('lets go of what it would have called, at any time before', () => {
    const callback = jest.fn();
    const cancel = systemClock.schedule(2 * monthMs, callback);
    jest.advanceTimersByTime(monthMs);
    cancel();
    jest.advanceTimersByTime(2 * monthMs);
    expect(callback).not.toHaveBeenCalled();
  });
});
