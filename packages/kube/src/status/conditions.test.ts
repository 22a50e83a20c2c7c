import { describe, expect, test } from '@jest/globals';
import type { Condition } from '../types.ts';
import { findCondition, setCondition } from './conditions.ts';

const ready: Condition = {
  type: 'Ready',
  status: 'True',
  reason: 'Done',
  message: 'all is well',
  lastTransitionTime: '2026-01-01T00:00:00Z',
};
const now = new Date('2026-01-02T03:04:05.678Z');

describe('setCondition', () => {
  test('adds what is not there, as of now, in whole seconds', () => {
    const { lastTransitionTime: _, ...next } = ready;
    expect(setCondition([], next, now)).toEqual([{ ...ready, lastTransitionTime: '2026-01-02T03:04:05Z' }]);
  });

  test('keeps the transition time while the status stays, and the place', () => {
    const other = { ...ready, type: 'Other' };
    const next = setCondition([ready, other], { ...ready, reason: 'Again', message: 'still' }, now);
    expect(next).toEqual([{ ...ready, reason: 'Again', message: 'still' }, other]);
  });

  test('moves the transition time with the status, whatever time it was given', () => {
    const [next] = setCondition([ready], { ...ready, status: 'False' }, now);
    expect(next?.lastTransitionTime).toBe('2026-01-02T03:04:05Z');
  });
});

test('findCondition answers by type', () => {
  expect(findCondition([ready], 'Ready')).toBe(ready);
  expect(findCondition([ready], 'Other')).toBeUndefined();
  expect(findCondition(undefined, 'Ready')).toBeUndefined();
});
