import { lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { clean, readStatus, recover, sync } from './index.ts';
import type { RelativePath } from './paths/relativePath.ts';
import { formatJournal } from './state/journal.ts';
import { memorySource } from './testing/memorySource.ts';
import { memoryRequest, refusal } from './testing/requests.ts';
import { readTree, temporaryFolder, writeTree } from './testing/trees.ts';

describe('the working folder is untrusted', () => {
  const tree = { 'a.json': '{}', 'deep/b.txt': 'b' };

  test.each([
    ['missing', (state: string) => rmSync(join(state, 'manifest'))],
    ['garbage', (state: string) => writeFileSync(join(state, 'manifest'), '\0\0 not a manifest')],
    [
      'cut off',
      (state: string) => writeFileSync(join(state, 'manifest'), readFileSync(join(state, 'manifest')).subarray(0, -70)),
    ],
    [
      'forged',
      (state: string) =>
        writeFileSync(
          join(state, 'manifest'),
          readFileSync(join(state, 'manifest'), 'utf8').replace('conf/', '../up/'),
        ),
    ],
    [
      'a folder',
      (state: string) => (rmSync(join(state, 'manifest')), mkdirSync(join(state, 'manifest/x'), { recursive: true })),
    ],
    ['gone with all else', (state: string) => rmSync(state, { recursive: true })],
  ])('a manifest that is %s is rebuilt, and nothing is rewritten', async (_name, damage) => {
    using folder = temporaryFolder();
    await sync(memoryRequest(folder.path, tree));
    const inode = statSync(join(folder.path, 'conf/a.json')).ino;
    damage(join(folder.path, '.stoker'));
    expect(await sync(memoryRequest(folder.path, tree))).toMatchObject({
      outcome: 'unchanged',
      counts: { unchanged: 2 },
    });
    expect(statSync(join(folder.path, 'conf/a.json')).ino).toBe(inode);
    const source = memorySource(tree);
    await sync(memoryRequest(folder.path, tree, { source }));
    expect(source.counts.listings).toBe(0);
  });

  test.each(['link', 'file'])('a %s in its place is removed, not followed', async (kind) => {
    using folder = temporaryFolder();
    const target = join(folder.path, 'target');
    writeTree(folder.path, { 'outside/x': 'x', 'target/y': 'y' });
    if (kind === 'link') symlinkSync(join(folder.path, 'outside'), join(target, '.stoker'));
    else writeFileSync(join(target, '.stoker'), 'a file');
    await sync(memoryRequest(target, tree));
    expect(readdirSync(join(folder.path, 'outside'))).toEqual(['x']);
    expect(lstatSync(join(target, '.stoker')).isDirectory()).toBe(true);
  });

  test('with a forged journal that would delete everything deletes nothing', async () => {
    using folder = temporaryFolder();
    writeTree(folder.path, { 'beside.txt': 'not managed' });
    await sync(memoryRequest(folder.path, tree));
    const before = readTree(folder.path);
    const paths = Object.keys(before).map((path) => path as RelativePath);
    const release = { id: 'forged', ref: 'main', commit: 'c' };
    const facts = { sourceId: undefined, context: '', overlaid: 0, protected: [], provided: [], files: 0 };
    const header = { release, syncedAt: '2026-01-01T00:00:00Z', blobHash: 'git-sha1', ...facts } as const;
    const operations = paths.map((path, slot) => ({ kind: 'delete', path, slot }) as const);
    writeFileSync(
      join(folder.path, '.stoker/journal'),
      [...formatJournal({ snapshot: 'forged', header, operations })].join(''),
    );
    expect((await readStatus(folder.path)).interrupted).toBe(true);
    expect(await refusal(memoryRequest(folder.path, tree), { dryRun: true })).toMatchObject({
      reason: 'RecoveryPending',
    });
    expect(await recover(folder.path, { holder: 'me' })).toBe('undone');
    expect(readTree(folder.path)).toEqual(before);
    expect((await sync(memoryRequest(folder.path, tree))).outcome).toBe('unchanged');
  });

  test('that somebody else has taken over in the middle is theirs: a sync that then fails takes nothing back', async () => {
    using folder = temporaryFolder();
    await sync(memoryRequest(folder.path, { a: 'old', b: 'old' }));
    const theirs = { holder: 'another', process: 'elsewhere', pid: 1, token: 'theirs', beats: 0 };
    const onProgress = ({ phase, done }: { phase: string; done: number }): void => {
      if (phase !== 'apply' || done !== 1) return;
      writeFileSync(join(folder.path, '.stoker/lock'), `${JSON.stringify(theirs)}\n`);
      rmSync(join(folder.path, '.stoker/stage/1'));
    };
    const asked = memoryRequest(folder.path, { a: 'new', b: 'new' });
    expect(await refusal(asked, { onProgress })).toMatchObject({ reason: 'LockHeld' });
    expect(readTree(folder.path)).toEqual({ 'conf/a': 'new', 'conf/b': 'old' });
    expect(await readStatus(folder.path)).toMatchObject({ interrupted: true, lockedBy: 'another' });
  });

  test('is not cleaned away while a sync is running', async () => {
    using folder = temporaryFolder();
    const beforeApply = async (): Promise<void> => {
      expect((await readStatus(folder.path)).lockedBy).toBe('test');
      await expect(clean(folder.path)).rejects.toMatchObject({ reason: 'LockHeld' });
    };
    await sync(memoryRequest(folder.path, tree), { beforeApply });
    expect((await readStatus(folder.path)).lockedBy).toBeUndefined();
  });

  test('is cleaned away without touching anything else', async () => {
    using folder = temporaryFolder();
    await sync(memoryRequest(folder.path, tree));
    await clean(folder.path);
    expect(readdirSync(folder.path)).toEqual(['conf']);
    await clean(folder.path);
    expect((await readStatus(folder.path)).release).toBeUndefined();
  });
});
