import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { describeError } from '@stoker/errors';
import { readStatus, revert, sync } from '../index.ts';
import { memoryRequest } from '../testing/requests.ts';
import { readTree, temporaryFolder, writeTree } from '../testing/trees.ts';
import type { Tree } from '../testing/trees.ts';
import type { RevertRequest, SyncReport } from '../types.ts';

const back = (target: string): RevertRequest => ({
  target,
  protection: { paths: ['db/'], explicitOnly: [] },
  holder: 'test',
});

async function release(target: string, id: string, tree: Tree): Promise<SyncReport> {
  return sync(memoryRequest(target, tree, { release: { id, ref: 'main', commit: id } }));
}

async function refusal(target: string): Promise<string> {
  return revert(back(target)).then(
    () => 'nothing was refused',
    (error: unknown) => describeError(error).reason,
  );
}

describe('revert', () => {
  test('goes back release by release, to what was there before the first', async () => {
    using folder = temporaryFolder();
    writeTree(folder.path, { 'conf/mine.txt': 'mine', 'beside.txt': 'b' });
    const history = [readTree(folder.path)];
    const trees: Tree[] = [
      { 'a.txt': 'one', 'deep/b.txt': 'b', 'tool*': 't' },
      { 'a.txt': 'two', deep: 'a file now', 'new/c.txt': 'c' },
      { 'a.txt/in': 'a folder now', 'tool*': 'other' },
    ];
    for (const [index, tree] of trees.entries()) {
      await release(folder.path, `r${index}`, tree);
      history.push(readTree(folder.path));
    }
    for (const expected of ['r1', 'r0', undefined]) {
      history.pop();
      expect((await revert(back(folder.path))).release?.id).toBe(expected);
      expect(readTree(folder.path)).toEqual(history.at(-1));
      expect((await readStatus(folder.path)).release?.id).toBe(expected);
    }
    expect(await refusal(folder.path)).toBe('NothingToRevert');
  });

  test('brings back what was edited, linked and protected by its mode, as it was', async () => {
    using folder = temporaryFolder();
    await release(folder.path, 'r0', { 'a.txt': 'a', 'b.txt': 'b', 'c/d.txt': 'd' });
    writeTree(folder.path, { 'conf/a.txt': 'edited', 'conf/left/stranger.txt': 's' });
    chmodSync(join(folder.path, 'conf/a.txt'), 0o600);
    chmodSync(join(folder.path, 'conf/left'), 0o700);
    rmSync(join(folder.path, 'conf/b.txt'));
    symlinkSync('a.txt', join(folder.path, 'conf/b.txt'));
    const before = readTree(folder.path);
    const inode = statSync(join(folder.path, 'conf/a.txt')).ino;
    await release(folder.path, 'r1', { 'a.txt': 'new', 'b.txt': 'new' });
    await revert(back(folder.path));
    expect(readTree(folder.path)).toEqual(before);
    expect(statSync(join(folder.path, 'conf/a.txt')).ino).toBe(inode);
  });

  test('keeps what was edited since, and says so', async () => {
    using folder = temporaryFolder();
    await release(folder.path, 'r0', { 'a.txt': 'one' });
    await release(folder.path, 'r1', { 'a.txt': 'two', 'b.txt': 'b' });
    writeTree(folder.path, { 'conf/a.txt': 'edited' });
    const report = await revert(back(folder.path));
    expect(report).toMatchObject({
      counts: { added: 0, modified: 1, deleted: 1 },
      changes: [
        { path: 'conf/a.txt', kind: 'modified', liveEdit: true },
        { path: 'conf/b.txt', kind: 'deleted', liveEdit: false },
      ],
    });
    expect(readTree(folder.path)).toEqual({ 'conf/a.txt': 'one' });
    const kept = readTree(join(folder.path, '.stoker/snapshots', report.snapshot ?? ''));
    expect(Object.values(kept)).toContain('edited');
  });

  test('brings back what was written, replaced, deleted and made between plan and apply', async () => {
    using folder = temporaryFolder();
    const conf = join(folder.path, 'conf');
    const first = { 'edited.txt': 'e', 'replaced.txt': 'r', 'removed.txt': 'm', 'same.txt': 's' };
    await release(folder.path, 'r0', first);
    symlinkSync('same.txt', join(conf, 'link'));
    const beforeApply = async (): Promise<void> => {
      writeTree(conf, { 'edited.txt': 'written in place', tmp: 'replaced', 'made.txt': 'made' });
      renameSync(join(conf, 'tmp'), join(conf, 'replaced.txt'));
      rmSync(join(conf, 'removed.txt'));
      rmSync(join(conf, 'link'));
      symlinkSync('edited.txt', join(conf, 'link'));
    };
    const wanted = { 'edited.txt': 'e2', 'removed.txt': 'm2', 'same.txt': 's2', 'made.txt': 'd2' };
    const { snapshot } = await sync(memoryRequest(folder.path, wanted), { beforeApply });
    const index = readFileSync(join(folder.path, '.stoker/snapshots', snapshot ?? '', 'index'), 'utf8');
    const edited = index.split('\n').filter((line) => line.includes('"liveEdit":true'));
    expect(edited.map((line) => JSON.parse(line).path)).toEqual([
      'conf/edited.txt',
      'conf/link',
      'conf/made.txt',
      'conf/removed.txt',
      'conf/replaced.txt',
    ]);
    await revert(back(folder.path));
    expect(readTree(conf)).toEqual({
      'edited.txt': 'written in place',
      link: '-> edited.txt',
      'made.txt': 'made',
      'replaced.txt': 'replaced',
      'same.txt': 's',
    });
  });

  test('that is undone leaves an empty folder that was there before, as it was', async () => {
    using folder = temporaryFolder();
    const conf = join(folder.path, 'conf');
    await release(folder.path, 'r0', { 'a.txt': 'a', 'deep/b.txt': 'b' });
    const beforeApply = async (): Promise<void> => writeTree(conf, { 'deep/theirs.txt': 't' });
    await sync(memoryRequest(folder.path, { 'a.txt': 'new' }), { beforeApply });
    rmSync(join(conf, 'deep/theirs.txt'));
    chmodSync(join(conf, 'deep'), 0o700);
    const spoil = async (): Promise<void> => {
      rmSync(join(conf, 'a.txt'));
      mkdirSync(join(conf, 'a.txt'), { mode: 0o755 });
    };
    await expect(revert(back(folder.path), { beforeApply: spoil })).rejects.toMatchObject({ reason: 'TargetUnsafe' });
    expect(readTree(conf)).toEqual({ 'a.txt/': '', 'deep/': '', 'deep/?700': '' });
  });

  test('leaves a target that the next sync of the same release finds unchanged', async () => {
    using folder = temporaryFolder();
    const first = { 'a.txt': 'one', 'b/c.txt': 'c' };
    await release(folder.path, 'r0', first);
    await release(folder.path, 'r1', { 'a.txt': 'two' });
    await revert(back(folder.path));
    expect((await release(folder.path, 'r0', first)).outcome).toBe('unchanged');
    expect((await release(folder.path, 'r1', { 'a.txt': 'two' })).counts).toMatchObject({ modified: 1, deleted: 1 });
  });

  test.each([
    ['is missing', (snapshot: string) => rmSync(join(snapshot, '0'))],
    ['was changed', (snapshot: string) => writeFileSync(join(snapshot, '0'), 'forged')],
    ['has no record of what was done', (snapshot: string) => writeFileSync(join(snapshot, 'applied'), 'x')],
  ])('is refused whole when what was kept %s', async (_name, damage) => {
    using folder = temporaryFolder();
    await release(folder.path, 'r0', { 'a.txt': 'one', 'b.txt': 'b' });
    const { snapshot = '' } = await release(folder.path, 'r1', { 'a.txt': 'two', 'b.txt': 'c' });
    const before = readTree(folder.path);
    damage(join(folder.path, '.stoker/snapshots', snapshot));
    expect(await refusal(folder.path)).toBe('SnapshotDamaged');
    expect(readTree(folder.path)).toEqual(before);
    expect(readdirSync(join(folder.path, '.stoker/stage'))).toEqual([]);
  });

  test('is refused where a link came into the place of a folder that comes back, and what it points to keeps its mode', async () => {
    using folder = temporaryFolder();
    const [target, outside] = [join(folder.path, 'target'), join(folder.path, 'outside')];
    await release(target, 'r0', { 'a.txt': 'a', 'deep/b.txt': 'b' });
    await release(target, 'r1', { 'a.txt': 'a' });
    mkdirSync(outside, { mode: 0o700 });
    symlinkSync(outside, join(target, 'conf/deep'));
    expect(await refusal(target)).toBe('TargetUnsafe');
    expect(statSync(outside).mode & 0o777).toBe(0o700);
    expect(readTree(target)).toEqual({ 'conf/a.txt': 'a', 'conf/deep': `-> ${outside}` });
  });

  test('takes nothing from a folder elsewhere that the snapshot is a link to', async () => {
    using folder = temporaryFolder();
    const [target, elsewhere] = [join(folder.path, 'target'), join(folder.path, 'elsewhere')];
    await release(target, 'r0', { 'a.txt': 'one' });
    const { snapshot = '' } = await release(target, 'r1', { 'a.txt': 'two' });
    renameSync(join(target, '.stoker/snapshots', snapshot), elsewhere);
    symlinkSync(elsewhere, join(target, '.stoker/snapshots', snapshot));
    expect(await refusal(target)).toBe('NothingToRevert');
    expect(readTree(target)).toEqual({ 'conf/a.txt': 'two' });
  });

  test('of what was never synced is refused and leaves nothing behind', async () => {
    using folder = temporaryFolder();
    expect(await refusal(folder.path)).toBe('NothingToRevert');
    expect(existsSync(join(folder.path, '.stoker'))).toBe(false);
  });

  test('is stopped without a trace by beforeApply', async () => {
    using folder = temporaryFolder();
    await release(folder.path, 'r0', { 'a.txt': 'one' });
    await release(folder.path, 'r1', { 'a.txt': 'two' });
    const beforeApply = async (): Promise<void> => {
      throw new Error('the gateway says no');
    };
    await expect(revert(back(folder.path), { beforeApply })).rejects.toThrow('the gateway says no');
    expect(readTree(folder.path)).toEqual({ 'conf/a.txt': 'two' });
    await revert(back(folder.path));
    expect(readTree(folder.path)).toEqual({ 'conf/a.txt': 'one' });
  });
});
