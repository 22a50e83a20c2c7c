import { expect, test } from '@jest/globals';
import { sync } from '../index.ts';
import { mapping, memoryRequest } from '../testing/requests.ts';
import { temporaryFolder, writeTree } from '../testing/trees.ts';
import type { Tree } from '../testing/trees.ts';
import type { SyncOptions, SyncReport } from '../types.ts';

const first = {
  'projects/plant/a.json': '{}',
  'projects/plant/deep/b.txt': 'b',
  'projects/other/c.txt': 'c',
  'd.txt': 'd',
};
const second = {
  'projects/plant/a.json': '{"a":1}',
  'projects/other/c.txt': 'c',
  'projects/other/e.txt': 'new',
  'd.txt': 'd',
};

async function release(target: string, tree: Tree, options?: SyncOptions): Promise<SyncReport> {
  const mappings = [mapping('projects', 'projects'), mapping('d.txt', 'd.txt', { type: 'file' })];
  const named = { id: JSON.stringify(tree), ref: 'main', commit: 'c' };
  return sync(
    memoryRequest(target, tree, { mappings, driftPolicy: 'report', groups: ['projects/*'], release: named }),
    options,
  );
}

test('a report tells sizes, hashes of live edits, and what became of each project, in a dry run too', async () => {
  using folder = temporaryFolder();
  await release(folder.path, first);
  writeTree(folder.path, { 'd.txt': 'edited' });
  const predicted = await release(folder.path, second, { dryRun: true });
  const done = await release(folder.path, second);
  expect(done).toMatchObject({
    schema: 1,
    changes: [
      { path: 'projects/other/e.txt', kind: 'added', sizeBefore: undefined, sizeAfter: 3 },
      { path: 'projects/plant/a.json', kind: 'modified', sizeBefore: 2, sizeAfter: 7 },
      { path: 'projects/plant/deep/b.txt', kind: 'deleted', sizeBefore: 1, sizeAfter: undefined },
    ],
    drift: [{ path: 'd.txt', written: expect.stringMatching(/^c59d9b6/), live: expect.stringMatching(/^deb1bc2/) }],
    groups: [
      { folder: 'projects/other', counts: { added: 1, modified: 0, deleted: 0, unchanged: 1 }, drifted: 0 },
      { folder: 'projects/plant', counts: { added: 0, modified: 1, deleted: 1, unchanged: 0 }, drifted: 0 },
    ],
    bytesWritten: 10,
  });
  const { changes, drift, groups } = done;
  expect(predicted).toMatchObject({ changes, drift, groups });
  expect(JSON.parse(JSON.stringify(done))).toMatchObject({ groups });
});

test('a report lists unchanged files with their hashes where it is asked to, in a dry run too', async () => {
  using folder = temporaryFolder();
  await release(folder.path, first);
  const predicted = await release(folder.path, second, { dryRun: true, listUnchanged: true });
  const done = await release(folder.path, second, { listUnchanged: true });
  expect(done.unchanged).toEqual([
    { path: 'd.txt', blobId: expect.stringMatching(/^c59d9b6/) },
    { path: 'projects/other/c.txt', blobId: expect.stringMatching(/^3410062/) },
  ]);
  expect(predicted.unchanged).toEqual(done.unchanged);
  expect(await release(folder.path, second)).not.toHaveProperty('unchanged');
});

test('a report tells which content protection kept out, also when the source is not listed again', async () => {
  using folder = temporaryFolder();
  const protection = { paths: ['db/'], explicitOnly: [] };
  const request = memoryRequest(
    folder.path,
    { 'a.txt': 'a', 'db/b.idb': 'b' },
    { protection, mappings: [mapping('.', '.')] },
  );
  const kept = [{ path: 'db/b.idb', desired: expect.stringMatching(/^63d8dbd/) }];
  expect((await sync(request)).protected).toEqual(kept);
  expect((await sync(request)).protected).toEqual(kept);
});
