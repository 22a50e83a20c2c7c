import { expect, test } from '@jest/globals';
import type { FileChange } from '@stoker/sync-engine';
import { boundChanges, maxChanges, maxChangesBytes } from './changeReport.ts';

function changes(count: number, pathLength: number): FileChange[] {
  return Array.from({ length: count }, (_, index) => ({
    path: `${index}/`.padEnd(pathLength, 'é'),
    kind: 'modified',
    before: 'a'.repeat(40),
    after: 'b'.repeat(40),
    liveEdit: false,
  }));
}

test('a small report is whole and without empty fields', () => {
  const added: FileChange = { path: 'a', kind: 'added', before: undefined, after: 'x', liveEdit: false };
  const edited: FileChange = { path: 'b', kind: 'deleted', before: 'y', after: undefined, liveEdit: true };
  expect(boundChanges([added, edited])).toEqual({
    changes: [
      { path: 'a', kind: 'added', after: 'x' },
      { path: 'b', kind: 'deleted', before: 'y', liveEdit: true },
    ],
    omitted: 0,
  });
});

test('a long report ends at its number of changes, the rest counted', () => {
  const { changes: kept, omitted } = boundChanges(changes(10_000, 10));
  expect([kept.length, omitted]).toEqual([maxChanges, 10_000 - maxChanges]);
});

test('a report of long paths ends at its number of bytes, counted as UTF-8', () => {
  const report = boundChanges(changes(500, 1000));
  expect(report.omitted).toBeGreaterThan(0);
  expect(report.changes.length + report.omitted).toBe(500);
  expect(Buffer.byteLength(JSON.stringify(report))).toBeLessThan(maxChangesBytes);
});
