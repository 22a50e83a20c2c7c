import { expect, test } from '@jest/globals';
import { isSnapshotName, nextSnapshotName } from './snapshotName.ts';

const now = new Date('2026-01-02T03:04:05.678Z');

test('a snapshot is named by its time', () => {
  expect(nextSnapshotName([], now, false)).toBe('20260102T030405678Z');
  expect(nextSnapshotName([], now, true)).toBe('20260102T030405678Z-first');
});

test.each([
  ['made in the same millisecond', '20260102T030405678Z-first', '20260102T030405679Z'],
  ['made before the clock was set back', '20270102T030405999Z', '20270102T030406000Z'],
  ['named by nobody we know', 'zzz', '20260102T030405678Z'],
  ['forged at the end of time', '99991231T235959999Z', '20260102T030405678Z'],
])('comes after one %s', (_what, existing, expected) => {
  expect(nextSnapshotName([existing], now, false)).toBe(expected);
});

test.each(['', '.', '..', 'a/b', '-x', 'x'.repeat(101), 7])('%j names no snapshot', (name) => {
  expect(isSnapshotName(name)).toBe(false);
});
