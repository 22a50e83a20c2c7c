import { chmodSync, chownSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { directorySource, sync } from './index.ts';
import { memorySource } from './testing/memorySource.ts';
import { memoryRequest, refusal, requestFor } from './testing/requests.ts';
import { temporaryFolder, writeTree } from './testing/trees.ts';
import type { SyncRequest } from './types.ts';

describe('a second sync', () => {
  test('is unchanged, asks the source for nothing and reads no file', async () => {
    using folder = temporaryFolder();
    const tree = { 'a.txt': 'a', 'b/c.txt': 'c' };
    await sync(memoryRequest(folder.path, tree));
    const before = statSync(join(folder.path, '.stoker/manifest')).ino;
    const source = memorySource(tree);
    // An unreadable content would show: only the stat is looked at.
    const report = await sync(memoryRequest(folder.path, tree, { source }));
    expect(report).toMatchObject({ outcome: 'unchanged', counts: { unchanged: 2 }, bytesWritten: 0 });
    expect(source.counts).toEqual({ listings: 0, blobs: 0 });
    expect(statSync(join(folder.path, '.stoker/manifest')).ino).toBe(before);
  });

  test('lists nothing and reads only what changed when the source knows what was written', async () => {
    using folder = temporaryFolder();
    const before = { 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' };
    const after = { 'a.txt': 'new', 'c.txt': 'c', 'd.txt': 'd' };
    await sync(memoryRequest(folder.path, before));
    const source = memorySource(after, [before]);
    const report = await sync(memoryRequest(folder.path, after, { source }));
    expect(report.counts).toEqual({ added: 1, modified: 1, deleted: 1, unchanged: 1 });
    expect(source.counts).toEqual({ listings: 0, blobs: 2 });
  });

  test('writes nothing when a mount rewrote group, modes and ctimes, .stoker included', async () => {
    using folder = temporaryFolder();
    const tree = { 'a.txt': 'a', 'tool.sh*': 't' };
    await sync(memoryRequest(folder.path, tree));
    for (const path of ['conf/a.txt', 'conf/tool.sh', '.stoker/manifest']) {
      chmodSync(join(folder.path, path), statSync(join(folder.path, path)).mode | 0o060);
      chownSync(join(folder.path, path), -1, process.getgid?.() ?? -1);
    }
    chmodSync(join(folder.path, '.stoker'), 0o2770);
    const inode = statSync(join(folder.path, 'conf/a.txt')).ino;
    expect(await sync(memoryRequest(folder.path, tree, { driftPolicy: 'report' }))).toMatchObject({
      outcome: 'unchanged',
      drifted: [],
    });
    expect(statSync(join(folder.path, 'conf/a.txt')).ino).toBe(inode);
    expect(statSync(join(folder.path, '.stoker')).mode & 0o7777).toBe(0o700);
  });

  test('finds an edit of the same size whose mtime was set back', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'conf/a.txt');
    await sync(memoryRequest(folder.path, { 'a.txt': 'aaaa' }));
    const { atime, mtime } = statSync(path);
    writeFileSync(path, 'bbbb');
    utimesSync(path, atime, mtime);
    expect(await sync(memoryRequest(folder.path, { 'a.txt': 'aaaa' }, { driftPolicy: 'report' }))).toMatchObject({
      drifted: ['conf/a.txt'],
    });
  });

  test('reads directories by content', async () => {
    using folder = temporaryFolder();
    writeTree(join(folder.path, 's'), { 'a.txt': 'a', '.git/config': 'not part of it' });
    const asked = (): SyncRequest =>
      requestFor('', join(folder.path, 't'), { source: directorySource(join(folder.path, 's')) });
    expect((await sync(asked())).counts).toMatchObject({ added: 1 });
    expect((await sync(asked())).outcome).toBe('unchanged');
    symlinkSync('a.txt', join(folder.path, 's/link'));
    expect(await refusal(asked())).toMatchObject({ reason: 'SymlinkRefused' });
  });
});
