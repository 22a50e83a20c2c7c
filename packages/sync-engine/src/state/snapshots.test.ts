import { linkSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openFolder } from '../disk/openFolder.ts';
import { readStatus, sync } from '../index.ts';
import { memoryRequest, refusal } from '../testing/requests.ts';
import { readTree, temporaryFolder, writeTree } from '../testing/trees.ts';
import type { Tree } from '../testing/trees.ts';
import { dropOldestSnapshot, limitSnapshots, listSnapshots, reclaimableBytes, recordSize } from './snapshots.ts';

/** Three snapshots of a file each, the oldest first, and what else is given. */
function withSnapshots(tree: Tree = {}) {
  const folder = temporaryFolder();
  writeTree(folder.path, { '1/0': 'x'.repeat(100), '2/0': 'x'.repeat(100), '3/0': 'x'.repeat(100), ...tree });
  const snapshots = openFolder(folder.path);
  const names = (): string[] => readdirSync(folder.path).toSorted();
  return { snapshots, names, path: folder.path, [Symbol.dispose]: () => (snapshots.close(), folder[Symbol.dispose]()) };
}

describe('snapshots are held within bounds', () => {
  test.each([
    ['all fit', { count: 3, bytes: 300 }, ['1', '2', '3']],
    ['there are too many', { count: 2, bytes: 300 }, ['2', '3']],
    ['they are too large', { count: 3, bytes: 299 }, ['2', '3']],
    ['they are far too large', { count: 3, bytes: 199 }, ['3']],
    ['the newest alone is too large', { count: 3, bytes: 1 }, ['3']],
  ])('where %s', (_what, limits, kept) => {
    using given = withSnapshots();
    limitSnapshots(given.snapshots, limits);
    expect(given.names()).toEqual(kept);
  });

  test('and those without content go, but for the record of an apply that kept nothing', () => {
    using given = withSnapshots({ '4/index.new': 'cut off', '5/applied': 'added files' });
    limitSnapshots(given.snapshots);
    expect(given.names()).toEqual(['1', '2', '3', '5']);
  });

  test('without looking at the files of each again', () => {
    using given = withSnapshots();
    recordSize(given.snapshots, '2');
    expect(listSnapshots(given.path)).toEqual(['1', '2', '3'].map((name) => ({ name, files: 1, bytes: 100 })));
    writeFileSync(join(given.path, '2/0'), 'x'.repeat(1000));
    expect(listSnapshots(given.path)[1]).toEqual({ name: '2', files: 1, bytes: 100 });
  });

  test.each(['x', '{"files":-1,"bytes":0}', '{"files":1,"bytes":1e300}', '[]'])(
    'and a record of a size that says %s is not believed',
    (record) => {
      using given = withSnapshots({ '2/size': record });
      expect(listSnapshots(given.path)[1]).toMatchObject({ name: '2', files: 1 });
    },
  );

  test('of ten, by syncs', async () => {
    using folder = temporaryFolder();
    for (let index = 0; index < 13; index += 1) await sync(memoryRequest(folder.path, { 'a.txt': `${index}` }));
    const { snapshots } = await readStatus(folder.path);
    expect(snapshots.map(({ files }) => files)).toEqual(Array.from({ length: 10 }, () => 1));
    expect(readdirSync(join(folder.path, '.stoker/snapshots'))).toHaveLength(10);
  });
});

describe('a full volume', () => {
  test('gets the oldest snapshot back, and never the newest', () => {
    using given = withSnapshots();
    expect([1, 2, 3].map(() => dropOldestSnapshot(given.snapshots))).toEqual([true, true, false]);
    expect(given.names()).toEqual(['3']);
  });

  test('is promised what is in them and nowhere else, but in the newest', () => {
    using given = withSnapshots({ '1/0': 'x'.repeat(4096), '3/0': 'x'.repeat(40_960), '2/1': 'x'.repeat(8192) });
    linkSync(join(given.path, '2/1'), join(given.path, '3/live'));
    const before = reclaimableBytes(given.snapshots);
    expect(before).toBeGreaterThanOrEqual(4096);
    expect(before).toBeLessThan(40_960);
  });
});

test('a sync that fails before it begins to change anything leaves no snapshot behind', async () => {
  using folder = temporaryFolder();
  await sync(memoryRequest(folder.path, { 'a.txt': 'a' }));
  const names = (): string[] => readdirSync(join(folder.path, '.stoker/snapshots'));
  const before = names();
  // Nothing can be written where the journal goes.
  mkdirSync(join(folder.path, '.stoker/journal.new'));
  expect(await refusal(memoryRequest(folder.path, { 'a.txt': 'b' }))).toMatchObject({
    message: expect.stringContaining('.stoker/journal'),
  });
  expect(names()).toEqual(before);
});

test('a sync that is undone leaves no snapshot behind, which would take the place of another', async () => {
  using folder = temporaryFolder();
  await sync(memoryRequest(folder.path, { 'a.txt': 'a', 'b.txt': 'b', 'y.txt': 'y' }));
  const names = (): string[] => readdirSync(join(folder.path, '.stoker/snapshots'));
  const before = names();
  const beforeApply = async (): Promise<void> => writeTree(folder.path, { 'conf/x.txt/inside': 'in the way' });
  const asked = memoryRequest(folder.path, { 'a.txt': 'new', 'x.txt': 'x', 'y.txt': 'new' });
  expect(await refusal(asked, { beforeApply })).toMatchObject({ reason: 'TargetUnsafe' });
  expect(names()).toEqual(before);
  expect(readTree(folder.path)).toEqual({
    'conf/a.txt': 'a',
    'conf/b.txt': 'b',
    'conf/x.txt/inside': 'in the way',
    'conf/y.txt': 'y',
  });
});
