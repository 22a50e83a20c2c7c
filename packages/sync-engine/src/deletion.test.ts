import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readStatus, sync } from './index.ts';
import { mapping, memoryRequest } from './testing/requests.ts';
import { readTree, temporaryFolder, writeTree } from './testing/trees.ts';

describe('deletion', () => {
  test('on first contact keeps everything that a mirrored folder held', async () => {
    using folder = temporaryFolder();
    writeTree(folder.path, { 'conf/mine.txt': 'mine', 'conf/deep/old.txt': 'old', 'beside.txt': 'b' });
    const report = await sync(memoryRequest(folder.path, { 'a.txt': 'a' }));
    expect(readTree(folder.path)).toEqual({ 'conf/a.txt': 'a', 'beside.txt': 'b' });
    expect(report.changes.filter(({ kind }) => kind === 'deleted').map(({ path }) => path)).toEqual([
      'conf/deep/old.txt',
      'conf/mine.txt',
    ]);
    expect(report.snapshot).toMatch(/-first$/);
    const snapshot = join(folder.path, '.stoker/snapshots', report.snapshot ?? '');
    const index = readFileSync(join(snapshot, 'index'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const kept = index.map(({ path, slot }) => [path, readFileSync(join(snapshot, String(slot)), 'utf8')]);
    expect(Object.fromEntries(kept)).toEqual({ 'conf/mine.txt': 'mine', 'conf/deep/old.txt': 'old' });
    expect((await readStatus(folder.path)).snapshots).toMatchObject([{ name: report.snapshot, files: 2 }]);
  });

  test('of a mapping never reaches into the folder of another one', async () => {
    using folder = temporaryFolder();
    const mappings = [mapping('base', 'conf'), mapping('inner', 'conf/inner', { prune: 'owned' })];
    writeTree(folder.path, { 'conf/stray.txt': 's', 'conf/inner/gateway.txt': 'g' });
    await sync(memoryRequest(folder.path, { 'base/a.txt': 'a', 'inner/b.txt': 'b' }, { mappings }));
    expect(readTree(folder.path)).toEqual({
      'conf/a.txt': 'a',
      'conf/inner/b.txt': 'b',
      'conf/inner/gateway.txt': 'g',
    });
  });

  test('below the root takes only what was written before, with the folders made for it', async () => {
    using folder = temporaryFolder();
    writeTree(folder.path, { 'db/live.idb': 'l', 'projects/theirs/x': 'x' });
    const mappings = [mapping('.', '.', { prune: 'mirror' })];
    await sync(memoryRequest(folder.path, { 'projects/ours/deep/a': 'a', 'projects/theirs/b': 'b' }, { mappings }));
    await sync(memoryRequest(folder.path, { 'other/c': 'c' }, { mappings }));
    expect(readTree(folder.path)).toEqual({ 'db/live.idb': 'l', 'projects/theirs/x': 'x', 'other/c': 'c' });
  });

  // Such a file goes by itself when the last one closes it; unlinking it makes another.
  test('leaves what an NFS client made of a file that is deleted but open, with its folder', async () => {
    using folder = temporaryFolder();
    await sync(memoryRequest(folder.path, { 'a.txt': 'a', 'deep/open.log': 'o' }));
    writeTree(folder.path, { 'conf/deep/.nfs00000000000a1b2c00000001': 'o' });
    const report = await sync(memoryRequest(folder.path, { 'a.txt': 'b' }));
    expect(report.changes.map(({ path }) => path)).toEqual(['conf/a.txt', 'conf/deep/open.log']);
    expect(readTree(folder.path)).toEqual({ 'conf/a.txt': 'b', 'conf/deep/.nfs00000000000a1b2c00000001': 'o' });
  });

  test('spares what is protected or excluded, a folder with all below it', async () => {
    using folder = temporaryFolder();
    const live = { 'conf/db/a.idb': 'a', 'conf/x/.resources/r': 'r', 'conf/keep.log': 'l', 'conf/.deleted-1/z': 'z' };
    writeTree(folder.path, { ...live, 'conf/go.txt': 'g' });
    const protection = { paths: ['conf/db/', '**/.resources/**', '**/.deleted-*'], explicitOnly: [] };
    const report = await sync(
      memoryRequest(
        folder.path,
        { 'a.txt': 'a', 'db/b.idb': 'b' },
        { protection, excludePatterns: ['*.log', '**/*.log'] },
      ),
    );
    expect(readTree(folder.path)).toEqual({ ...live, 'conf/a.txt': 'a' });
    expect(report.protected).toEqual([{ path: 'conf/db/b.idb', desired: expect.stringMatching(/^63d8dbd/) }]);
  });

  test('never takes a file that only a file mapping may write', async () => {
    using folder = temporaryFolder();
    writeTree(folder.path, { 'gateway.xml': 'old' });
    const protection = { paths: [], explicitOnly: ['gateway.xml'] };
    const byFolder = [mapping('.', '.')];
    const byName = [mapping('gateway.xml', 'gateway.xml', { type: 'file' })];
    const source = { 'gateway.xml': 'new' };
    const report = await sync(memoryRequest(folder.path, source, { protection, mappings: byFolder }));
    expect(report.protected).toMatchObject([{ path: 'gateway.xml' }]);
    expect(readTree(folder.path)).toEqual({ 'gateway.xml': 'old' });
    await sync(memoryRequest(folder.path, source, { protection, mappings: byName }));
    expect(readTree(folder.path)).toEqual({ 'gateway.xml': 'new' });
    await sync(memoryRequest(folder.path, {}, { protection, mappings: byName }));
    expect(readTree(folder.path)).toEqual({ 'gateway.xml': 'new' });
  });
});
