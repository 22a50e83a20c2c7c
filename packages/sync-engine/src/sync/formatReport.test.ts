import { expect, test } from '@jest/globals';
import type { SyncReport } from '../types.ts';
import { formatReport } from './formatReport.ts';

const report: SyncReport = {
  schema: 1,
  outcome: 'synced',
  counts: { added: 1, modified: 1, deleted: 1, unchanged: 7 },
  changes: [
    { path: 'conf/a', kind: 'added', before: undefined, after: '1', liveEdit: false, sizeAfter: 700 },
    {
      path: 'conf/b',
      kind: 'modified',
      before: '1',
      after: '2',
      liveEdit: true,
      sizeBefore: 2048,
      sizeAfter: 3 * 1024 ** 2,
    },
    { path: 'conf/c', kind: 'deleted', before: '1', after: undefined, liveEdit: false },
  ],
  drifted: ['conf/d'],
  drift: [{ path: 'conf/d', written: '1', live: '2' }],
  groups: [{ folder: 'conf', counts: { added: 1, modified: 1, deleted: 1, unchanged: 2 }, drifted: 1 }],
  protected: [{ path: 'db/e', desired: 'e'.repeat(40) }],
  overlaid: 2,
  bytesWritten: 10,
  snapshot: '20260101T000000Z',
  recovered: 'nothing',
  durationsMs: { recover: 0, list: 0, plan: 0, stage: 0, apply: 0, finish: 0 },
};

test('a report names every file and what became of it', () => {
  expect(formatReport(report).trimEnd().split('\n')).toEqual([
    'A conf/a  700 B',
    'M conf/b  2.0 KiB → 3.0 MiB  (was edited here; copy kept)',
    'D conf/c',
    '~ conf/d  (edited here; left as it is)',
    '! db/e  (protected; not written)',
    'conf/: 1 added, 1 modified, 1 deleted, 2 unchanged, 1 edited here',
    '1 added, 1 modified, 1 deleted, 7 unchanged',
    '10 B written',
    '2 provided by more than one mapping; the later one won',
    'what was replaced or deleted is kept in .stoker/snapshots/20260101T000000Z',
  ]);
});

test('a prediction says that it is one', () => {
  expect(formatReport({ ...report, outcome: 'dry-run', changes: [], drifted: [], protected: [] })).toContain(
    '1 would be added, 1 would be modified, 1 would be deleted, 7 unchanged',
  );
});
