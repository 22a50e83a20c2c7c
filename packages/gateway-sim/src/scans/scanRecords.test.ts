import { expect, test } from '@jest/globals';
import { createScanRecords, type ScanCause, type ScanKind } from './scanRecords.ts';

const loaded = { problems: [], resources: [], projects: [] };

function scanOnce(records: ReturnType<typeof createScanRecords>, cause: ScanCause, kind: ScanKind, content: string) {
  const tree = { hashes: new Map([['a', content]]) };
  return records.add({ kind, cause, startedAtMs: 0, finishedAtMs: 0 }, tree as never, loaded).id;
}

test('looks that saw nothing new are forgotten before anything else', () => {
  const records = createScanRecords(4);
  scanOnce(records, 'start', 'projects', 'old');
  for (let look = 0; look < 100; look += 1) scanOnce(records, 'watch', 'projects', 'old');
  const changed = scanOnce(records, 'watch', 'projects', 'new');
  for (let look = 0; look < 100; look += 1) scanOnce(records, 'watch', 'projects', 'new');
  const last = scanOnce(records, 'request', 'projects', 'new');
  expect(records.list().map(({ id }) => id)).toEqual([1, changed, last - 1, last]);
});

test('scans that somebody asked for push out the oldest', () => {
  const records = createScanRecords(2);
  const ids = ['old', 'old', 'new'].map((content) => scanOnce(records, 'request', 'config', content));
  expect(records.list().map(({ id }) => id)).toEqual(ids.slice(1));
  expect(records.filesOf(ids[0] ?? 0)).toBeUndefined();
  expect(records.filesOf(ids[2] ?? 0)).toEqual(new Map([['a', 'new']]));
});
