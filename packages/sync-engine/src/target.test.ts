import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readStatus, recover, sync } from './index.ts';
import { mapping, memoryRequest, refusal } from './testing/requests.ts';
import { makeSocket, readTree, temporaryFolder, writeTree } from './testing/trees.ts';
import type { SyncProgress } from './types.ts';

function makeFifo(path: string): void {
  spawnSync('mkfifo', [path]);
}

describe('the target', () => {
  test('has a link in the place of a file replaced, never written through', async () => {
    using folder = temporaryFolder();
    const target = join(folder.path, 'target');
    writeTree(folder.path, { 'outside.txt': 'outside', 'target/conf/b.txt': 'b' });
    symlinkSync(join(folder.path, 'outside.txt'), join(target, 'conf/a.txt'));
    const report = await sync(memoryRequest(target, { 'a.txt': 'new', 'b.txt': 'b' }));
    expect(report.changes).toMatchObject([{ path: 'conf/a.txt', kind: 'modified', liveEdit: true }]);
    expect(readTree(folder.path)).toMatchObject({ 'outside.txt': 'outside' });
    expect(readTree(target)).toEqual({ 'conf/a.txt': 'new', 'conf/b.txt': 'b' });
  });

  test('with a symlinked folder on the way is refused, and what it points to stays', async () => {
    using folder = temporaryFolder();
    const target = join(folder.path, 'target');
    writeTree(folder.path, { 'outside/a.txt': 'outside', 'target/keep.txt': 'k' });
    symlinkSync(join(folder.path, 'outside'), join(target, 'conf'));
    expect(await refusal(memoryRequest(target, { 'a.txt': 'new' }))).toMatchObject({ reason: 'TargetUnsafe' });
    expect(readTree(join(folder.path, 'outside'))).toEqual({ 'a.txt': 'outside' });
  });

  test('survives a link swapped in for a folder between plan and apply', async () => {
    using folder = temporaryFolder();
    const target = join(folder.path, 'target');
    writeTree(folder.path, { 'outside/deep/a.txt': 'outside', 'target/conf/deep/a.txt': 'old' });
    const asked = memoryRequest(target, { 'deep/a.txt': 'new', 'deep/b.txt': 'new' });
    const beforeApply = async (): Promise<void> => {
      rmSync(join(target, 'conf'), { recursive: true });
      symlinkSync(join(folder.path, 'outside'), join(target, 'conf'));
    };
    expect(await refusal(asked, { beforeApply })).toMatchObject({ reason: 'TargetUnsafe' });
    expect(readTree(join(folder.path, 'outside'))).toEqual({ 'deep/a.txt': 'outside' });
  });

  test.each([
    ['FIFO', 'pipe', makeFifo],
    ['FIFO', 'pipe/inside', makeFifo],
    ['socket', 'pipe', makeSocket],
    ['socket', 'pipe/inside', makeSocket],
  ])('with a %s in the way is refused without opening it (%s)', async (_kind, wanted, make) => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'conf'));
    make(join(folder.path, 'conf/pipe'));
    const tree = { [wanted]: 'x', other: 'y' };
    expect(await refusal(memoryRequest(folder.path, tree))).toMatchObject({ reason: 'TargetUnsafe' });
    expect(readTree(folder.path)).toEqual({ 'conf/pipe': 'special' });
  });

  test('keeps what somebody puts there during a sync that is undone, also with the very content of the commit', async () => {
    using folder = temporaryFolder();
    writeTree(folder.path, { 'conf/gone-again.txt': 'old' });
    const asked = memoryRequest(folder.path, { 'deep/a.txt': 'a', 'gone-again.txt': 'new', 'same.txt': 'same' });
    const beforeApply = async (): Promise<void> => {
      makeSocket(join(folder.path, 'conf/deep'));
      rmSync(join(folder.path, 'conf/gone-again.txt'));
      writeTree(folder.path, { 'conf/same.txt': 'same' });
    };
    expect(await refusal(asked, { beforeApply })).toMatchObject({ reason: 'TargetUnsafe' });
    expect(readTree(folder.path)).toEqual({ 'conf/deep': 'special', 'conf/same.txt': 'same' });
  });

  test('keeps files whose names are not UTF-8: nobody can name them', async () => {
    using folder = temporaryFolder();
    writeTree(folder.path, { 'conf/gone.txt': 'g', 'conf/deep/gone.txt': 'g' });
    const names = ['conf/\xff', 'conf/deep/\xfe'].map((name) => Buffer.from(`${folder.path}/${name}`, 'latin1'));
    for (const name of names) writeFileSync(name, 'not ours');
    const report = await sync(memoryRequest(folder.path, { 'a.txt': 'a' }));
    expect(report.counts).toMatchObject({ added: 1, deleted: 2 });
    expect(names.map((name) => readFileSync(name, 'utf8'))).toEqual(['not ours', 'not ours']);
    expect((await sync(memoryRequest(folder.path, { 'a.txt': 'a' }))).outcome).toBe('unchanged');
  });

  test('with a folder that keeps such a file where a file goes is refused, and stays whole', async () => {
    using folder = temporaryFolder();
    writeTree(folder.path, { 'conf/deep/gone.txt': 'g' });
    const name = Buffer.from(`${folder.path}/conf/deep/\xfe`, 'latin1');
    writeFileSync(name, 'not ours');
    expect(await refusal(memoryRequest(folder.path, { deep: 'file' }))).toMatchObject({ reason: 'TargetUnsafe' });
    expect(readFileSync(name, 'utf8')).toBe('not ours');
    expect(readFileSync(join(folder.path, 'conf/deep/gone.txt'), 'utf8')).toBe('g');
  });

  test('has a hard link broken, not written through', async () => {
    using folder = temporaryFolder();
    const target = join(folder.path, 'target');
    writeTree(folder.path, { 'twin.txt': 'old', 'target/conf/b.txt': 'b' });
    linkSync(join(folder.path, 'twin.txt'), join(target, 'conf/a.txt'));
    await sync(memoryRequest(target, { 'a.txt': 'new', 'b.txt': 'b' }));
    expect(readFileSync(join(folder.path, 'twin.txt'), 'utf8')).toBe('old');
    expect(readTree(target)).toEqual({ 'conf/a.txt': 'new', 'conf/b.txt': 'b' });
  });

  test('has read-only files replaced like others', async () => {
    using folder = temporaryFolder();
    writeTree(folder.path, { 'conf/a.txt': 'old' });
    chmodSync(join(folder.path, 'conf/a.txt'), 0o444);
    await sync(memoryRequest(folder.path, { 'a.txt': 'new' }));
    expect(readTree(folder.path)).toEqual({ 'conf/a.txt': 'new' });
  });

  test('with a protected folder where a file goes is refused, also where the folder is empty', async () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'conf/a/logs'), { recursive: true });
    const asked = { protection: { paths: ['**/logs/'], explicitOnly: [] } };
    expect(await refusal(memoryRequest(folder.path, { a: 'file' }, asked))).toMatchObject({
      reason: 'TargetUnsafe',
      message: '"conf/a/logs" in the target is protected',
    });
    expect(readTree(folder.path)).toEqual({ 'conf/a/logs/': '' });
    await sync(memoryRequest(folder.path, { a: 'file' }));
    expect(readTree(folder.path)).toEqual({ 'conf/a': 'file' });
  });

  test('with a folder of somebody else where a file goes is refused', async () => {
    using folder = temporaryFolder();
    writeTree(folder.path, { 'a/precious.txt': 'p' });
    const mappings = [mapping('.', '.')];
    expect(await refusal(memoryRequest(folder.path, { a: 'file' }, { mappings }))).toMatchObject({
      reason: 'TargetUnsafe',
      message: expect.stringContaining('a/precious.txt'),
    });
    expect(readTree(folder.path)).toEqual({ 'a/precious.txt': 'p' });
  });

  test('is left exactly as it was by a first sync that fails', async () => {
    using folder = temporaryFolder();
    await refusal(memoryRequest(folder.path, {}, { mappings: [mapping('missing', 'conf', { required: true })] }));
    expect(readdirSync(folder.path)).toEqual([]);
    expect(await recover(folder.path, { holder: 'me' })).toBe('nothing');
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('that is written between plan and apply gets the release, and what was written is kept', async () => {
    using folder = temporaryFolder();
    const conf = join(folder.path, 'conf');
    await sync(memoryRequest(folder.path, { 'a.txt': 'a', 'b.txt': 'b', 'gone.txt': 'g' }));
    const beforeApply = async (): Promise<void> => {
      writeTree(conf, { 'a.txt': 'written in place', 'c.txt': 'made meanwhile' });
      rmSync(join(conf, 'b.txt'));
      writeTree(conf, { 'replaced.tmp': 'replaced meanwhile' });
      renameSync(join(conf, 'replaced.tmp'), join(conf, 'gone.txt'));
    };
    const wanted = { 'a.txt': 'new a', 'b.txt': 'new b', 'c.txt': 'new c' };
    const report = await sync(memoryRequest(folder.path, wanted), { beforeApply });
    expect(readTree(conf)).toEqual(wanted);
    const kept = Object.values(readTree(join(folder.path, '.stoker/snapshots', report.snapshot ?? '')));
    expect(kept).toEqual(expect.arrayContaining(['written in place', 'made meanwhile', 'replaced meanwhile']));
  });

  test('keeps a file that appears where one was deleted that had gone by itself', async () => {
    using folder = temporaryFolder();
    const conf = join(folder.path, 'conf');
    await sync(memoryRequest(folder.path, { 'a.txt': 'a', 'gone.txt': 'g' }));
    const beforeApply = async (): Promise<void> => rmSync(join(conf, 'gone.txt'));
    // By then all that is deleted has been kept.
    const onProgress = ({ phase, done }: SyncProgress): void => {
      if (phase === 'apply' && done === 1) writeTree(conf, { 'gone.txt': 'saved anew' });
    };
    await sync(memoryRequest(folder.path, { 'a.txt': 'new' }), { beforeApply, onProgress });
    expect(readTree(conf)).toEqual({ 'a.txt': 'new', 'gone.txt': 'saved anew' });
  });

  test('counts a folder that somebody made meanwhile as theirs: it stays when what was written there goes', async () => {
    using folder = temporaryFolder();
    const owned = { mappings: [mapping('.', '.')] };
    const beforeApply = async (): Promise<void> => mkdirSync(join(folder.path, 'theirs'));
    await sync(memoryRequest(folder.path, { 'ours/a.txt': 'a', 'theirs/a.txt': 'a' }, owned), { beforeApply });
    await sync(memoryRequest(folder.path, { 'b.txt': 'b' }, owned));
    expect(readTree(folder.path)).toEqual({ 'b.txt': 'b', 'theirs/': '' });
  });

  test('keeps an empty folder that somebody made meanwhile when the sync is undone', async () => {
    using folder = temporaryFolder();
    const conf = join(folder.path, 'conf');
    const beforeApply = async (): Promise<void> => {
      mkdirSync(join(conf, 'theirs'), { recursive: true });
      writeTree(conf, { 'z.txt/inside': 'i' });
    };
    const asked = memoryRequest(folder.path, { 'ours/a.txt': 'a', 'theirs/a.txt': 'a', 'z.txt': 'z' });
    expect(await refusal(asked, { beforeApply })).toMatchObject({ reason: 'TargetUnsafe' });
    expect(readTree(conf)).toEqual({ 'theirs/': '', 'z.txt/inside': 'i' });
  });

  test('where a folder appears between plan and apply is refused and stays as it is', async () => {
    using folder = temporaryFolder();
    const conf = join(folder.path, 'conf');
    await sync(memoryRequest(folder.path, { 'a.txt': 'a', 'b.txt': 'b' }));
    const beforeApply = async (): Promise<void> => {
      rmSync(join(conf, 'b.txt'));
      writeTree(conf, { 'b.txt/inside': 'i' });
    };
    const asked = memoryRequest(folder.path, { 'a.txt': 'new', 'b.txt': 'new' });
    expect(await refusal(asked, { beforeApply })).toMatchObject({ reason: 'TargetUnsafe' });
    expect(readTree(conf)).toEqual({ 'a.txt': 'a', 'b.txt/inside': 'i' });
    expect((await readStatus(folder.path)).interrupted).toBe(false);
  });

  test.each([
    ['FIFO', makeFifo],
    ['socket', makeSocket],
  ])(
    'where a %s appears between plan and apply, in the place of a new folder, is refused and not left halfway',
    async (_kind, make) => {
      using folder = temporaryFolder();
      writeTree(folder.path, { 'conf/a.txt': 'a' });
      const beforeApply = async (): Promise<void> => make(join(folder.path, 'conf/deep'));
      const asked = memoryRequest(folder.path, { 'a.txt': 'new', 'deep/b.txt': 'new' });
      expect(await refusal(asked, { beforeApply })).toMatchObject({ reason: 'TargetUnsafe' });
      expect(readTree(folder.path)).toEqual({ 'conf/a.txt': 'a', 'conf/deep': 'special' });
      expect((await readStatus(folder.path)).interrupted).toBe(false);
    },
  );
});
