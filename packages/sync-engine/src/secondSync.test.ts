import {
  chmodSync,
  lchownSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { fileStat } from './disk/fileStat.ts';
import { directorySource, readStatus, sync } from './index.ts';
import { formatManifest, parseManifest } from './state/manifest.ts';
import type { ManifestEntry } from './state/manifest.ts';
import { memorySource } from './testing/memorySource.ts';
import { memoryRequest, refusal, requestFor } from './testing/requests.ts';
import { temporaryFolder, writeTree } from './testing/trees.ts';
import type { SyncRequest } from './types.ts';

/** As somebody would who knows the format and makes the digest fit. */
function forgeManifest(target: string, path: string, forge: (entry: ManifestEntry) => ManifestEntry | undefined): void {
  const manifestPath = join(target, '.stoker/manifest');
  const manifest = parseManifest(readFileSync(manifestPath, 'utf8').split('\n'));
  if (manifest === undefined) throw new Error('there is no manifest');
  const entries = [...manifest.entries].flatMap(([name, entry]) => {
    const kept = name === path ? forge(entry) : entry;
    return kept === undefined ? [] : [[name, kept] as const];
  });
  const header = { ...manifest.header, files: entries.length };
  writeFileSync(manifestPath, [...formatManifest({ ...manifest, header, entries })].join(''));
}

/** Edits a file, and makes the manifest believe that its stat is the one that was written. */
function hideEdit(target: string, path: string, content: string): void {
  writeFileSync(join(target, path), content);
  forgeManifest(target, path, (entry) => ({ ...entry, stat: fileStat(statSync(join(target, path))) }));
}

/** A group that files here do not have and that this user may give them. */
function otherGroup(): number {
  const mine = process.getgid?.();
  const gid = process.getuid?.() === 0 ? 4711 : process.getgroups?.().find((group) => group !== mine);
  if (gid === undefined) throw new Error('this user is in one group alone, and cannot do what fsGroup does');
  return gid;
}

/** What the kubelet does to a whole volume at its mount when the pod has an `fsGroup`. */
function asKubelet(volume: string, gid: number): void {
  for (const path of ['.', ...readdirSync(volume, { recursive: true, encoding: 'utf8' })].map((at) =>
    join(volume, at),
  )) {
    const stat = lstatSync(path);
    lchownSync(path, -1, gid);
    chmodSync(path, stat.mode | (stat.isDirectory() ? 0o2770 : 0o660));
  }
}

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
    const tree = { 'a.txt': 'a', 'tool.sh*': 't', 'deep/er/b.txt': 'b' };
    await sync(memoryRequest(folder.path, tree));
    const before = statSync(join(folder.path, 'conf/a.txt'));
    const gid = otherGroup();
    asKubelet(folder.path, gid);
    const inode = before.ino;
    expect(statSync(join(folder.path, 'conf/a.txt'))).toMatchObject({ ino: inode, gid, mtimeMs: before.mtimeMs });
    expect(before.gid).not.toBe(gid);
    expect(await sync(memoryRequest(folder.path, tree, { driftPolicy: 'report' }))).toMatchObject({
      outcome: 'unchanged',
      drifted: [],
    });
    expect(statSync(join(folder.path, 'conf/a.txt'))).toMatchObject({ ino: inode, gid });
    expect(statSync(join(folder.path, '.stoker')).mode & 0o7777).toBe(0o700);
    const manifest = statSync(join(folder.path, '.stoker/manifest')).ino;
    expect((await sync(memoryRequest(folder.path, tree, { driftPolicy: 'report' }))).outcome).toBe('unchanged');
    expect(statSync(join(folder.path, '.stoker/manifest')).ino).toBe(manifest);
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

  test('finds what changed, and nothing else, when the wall clock was set back a year in between', async () => {
    using folder = temporaryFolder();
    const tree = { 'a.txt': 'aaaa', 'b.txt': 'b' };
    const asked = memoryRequest(folder.path, tree, { driftPolicy: 'report' });
    await sync(asked);
    const yearAgo = new Date(Date.now() - 365 * 24 * 3_600_000);
    jest.useFakeTimers({
      advanceTimers: true,
      now: yearAgo,
      doNotFake: ['performance', 'setTimeout', 'setImmediate', 'nextTick'],
    });
    try {
      expect((await sync(asked)).outcome).toBe('unchanged');
      writeFileSync(join(folder.path, 'conf/a.txt'), 'bbbb');
      utimesSync(join(folder.path, 'conf/a.txt'), yearAgo, yearAgo);
      expect((await sync(asked)).drifted).toEqual(['conf/a.txt']);
      const next = { ...tree, 'b.txt': 'c' };
      expect(await sync({ ...asked, source: memorySource(next) })).toMatchObject({
        counts: { modified: 1, unchanged: 0 },
      });
      const [newest, oldest] = (await readStatus(folder.path)).snapshots;
      expect([newest, oldest]).toMatchObject([{ files: 1 }, undefined]);
    } finally {
      jest.useRealTimers();
    }
  });

  test.each([
    ['trusts the stat', 'the first after a full look', '0', []],
    ['hashes everything', 'the 120th', '119', ['conf/a.txt']],
    ['hashes everything', 'one that nobody counted', '-', ['conf/a.txt']],
  ])('%s where it is %s', async (_what, _which, count, drifted) => {
    using folder = temporaryFolder();
    await sync(memoryRequest(folder.path, { 'a.txt': 'aaaa' }));
    hideEdit(folder.path, 'conf/a.txt', 'bbbb');
    writeFileSync(join(folder.path, '.stoker/syncs'), `${count}\n`);
    const asked = memoryRequest(folder.path, { 'a.txt': 'aaaa' }, { driftPolicy: 'report' });
    expect((await sync(asked, { dryRun: true })).drifted).toEqual(drifted);
    expect((await sync(asked)).drifted).toEqual(drifted);
    expect(readFileSync(join(folder.path, '.stoker/syncs'), 'utf8')).toBe(drifted.length > 0 ? '0\n' : '1\n');
  });

  test('that hashes everything asks the source what there should be: a manifest that leaves a file out is found out', async () => {
    using folder = temporaryFolder();
    const tree = { 'a.txt': 'a', 'b.txt': 'b' };
    await sync(memoryRequest(folder.path, tree));
    forgeManifest(folder.path, 'conf/b.txt', () => undefined);
    rmSync(join(folder.path, 'conf/b.txt'));
    expect(await sync(memoryRequest(folder.path, tree), { rehash: true })).toMatchObject({ counts: { added: 1 } });
    expect(readFileSync(join(folder.path, 'conf/b.txt'), 'utf8')).toBe('b');
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
