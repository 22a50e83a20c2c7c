import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readStatus, sync } from './index.ts';
import { memorySource } from './testing/memorySource.ts';
import { requestFor } from './testing/requests.ts';
import { readTree, temporaryFolder, writeTree } from './testing/trees.ts';
import type { Tree } from './testing/trees.ts';
import type { DriftPolicy, SyncReport } from './types.ts';

interface Scene {
  readonly driftPolicy?: DriftPolicy;
  readonly desired: Tree;
  edit(target: string): void;
}

const base = { 'a.txt': 'base', 'b.txt': 'other' };

/** Writes base, edits the target, syncs again; the release changes with what is desired. */
async function play({ driftPolicy = 'report', desired, edit }: Scene): Promise<{
  readonly report: SyncReport;
  readonly tree: Record<string, string>;
  readonly kept: readonly string[];
}> {
  using folder = temporaryFolder();
  const request = (tree: Tree): Parameters<typeof sync>[0] =>
    requestFor('', folder.path, {
      source: memorySource(tree),
      driftPolicy,
      release: { id: JSON.stringify(tree), ref: 'main', commit: 'c' },
    });
  await sync(request(base));
  edit(join(folder.path, 'conf'));
  const report = await sync(request(desired));
  const snapshots = (await readStatus(folder.path)).snapshots.map(({ name }) =>
    join(folder.path, '.stoker/snapshots', name),
  );
  return {
    report,
    tree: readTree(join(folder.path, 'conf')),
    kept: snapshots.flatMap((snapshot) => keptIn(snapshot)),
  };
}

/** The contents that a snapshot keeps, without what it knows about them. */
function keptIn(snapshot: string): string[] {
  return Object.entries(readTree(snapshot)).flatMap(([name, content]) => (/^\d/.test(name) ? [content] : []));
}

const nothing = (): void => undefined;
const rewrite = (conf: string): void => writeTree(conf, { 'a.txt': 'edited' });
const remove = (conf: string): void => rmSync(join(conf, 'a.txt'));

describe('live = base', () => {
  test('and desired = base: nothing happens', async () => {
    const { report, tree } = await play({ desired: base, edit: nothing });
    expect(report).toMatchObject({ outcome: 'unchanged', changes: [], drifted: [] });
    expect(tree).toEqual(base);
  });

  test('and desired ≠ base: it is applied, and the old release is kept', async () => {
    const { report, tree, kept } = await play({ desired: { ...base, 'a.txt': 'new' }, edit: nothing });
    expect(report.changes).toMatchObject([{ path: 'conf/a.txt', kind: 'modified', liveEdit: false }]);
    expect(tree).toEqual({ ...base, 'a.txt': 'new' });
    expect(kept).toEqual(['base']);
  });

  test('and no longer desired: it is deleted', async () => {
    const { report, tree } = await play({ desired: { 'b.txt': 'other' }, edit: nothing });
    expect(report.changes).toMatchObject([{ path: 'conf/a.txt', kind: 'deleted', liveEdit: false }]);
    expect(tree).toEqual({ 'b.txt': 'other' });
  });
});

describe('live ≠ base and desired = base', () => {
  test.each(['report', 'ignore'] as const)('is kept and named under %s', async (driftPolicy) => {
    const { report, tree, kept } = await play({ driftPolicy, desired: base, edit: rewrite });
    expect(report).toMatchObject({ outcome: 'unchanged', changes: [], drifted: ['conf/a.txt'] });
    expect(tree).toEqual({ ...base, 'a.txt': 'edited' });
    expect(kept).toEqual([]);
  });

  test('is put back under restore, and the edit is kept', async () => {
    const { report, tree, kept } = await play({ driftPolicy: 'restore', desired: base, edit: rewrite });
    expect(report.changes).toMatchObject([{ path: 'conf/a.txt', kind: 'modified', liveEdit: true }]);
    expect(tree).toEqual(base);
    expect(kept).toEqual(['edited']);
  });

  test('stays deleted under report', async () => {
    const { report, tree } = await play({ desired: base, edit: remove });
    expect(report).toMatchObject({ outcome: 'unchanged', drifted: ['conf/a.txt'] });
    expect(tree).toEqual({ 'b.txt': 'other' });
  });

  test('comes back under restore when it was deleted', async () => {
    const { report, tree } = await play({ driftPolicy: 'restore', desired: base, edit: remove });
    expect(report.changes).toMatchObject([{ path: 'conf/a.txt', kind: 'added', liveEdit: true }]);
    expect(tree).toEqual(base);
  });

  test('means the same for a stranger in a mirrored folder while the release is the same', async () => {
    const edit = (conf: string): void => writeTree(conf, { 'stranger.txt': 'new here' });
    const reported = await play({ desired: base, edit });
    expect(reported.report).toMatchObject({ outcome: 'unchanged', drifted: ['conf/stranger.txt'] });
    expect(reported.tree).toEqual({ ...base, 'stranger.txt': 'new here' });
    const restored = await play({ driftPolicy: 'restore', desired: base, edit });
    expect(restored.tree).toEqual(base);
    expect(restored.kept).toEqual(['new here']);
  });
});

describe('live ≠ base and desired ≠ base', () => {
  test.each(['report', 'ignore', 'restore'] as const)(
    'is applied under %s, and the edit is kept',
    async (driftPolicy) => {
      const { report, tree, kept } = await play({ driftPolicy, desired: { ...base, 'a.txt': 'new' }, edit: rewrite });
      expect(report.changes).toMatchObject([{ path: 'conf/a.txt', kind: 'modified', liveEdit: true }]);
      expect(report.snapshot).toBeDefined();
      expect(tree).toEqual({ ...base, 'a.txt': 'new' });
      expect(kept).toEqual(['edited']);
    },
  );

  test('is deleted when it is no longer desired, and the edit is kept', async () => {
    const { report, tree, kept } = await play({ desired: { 'b.txt': 'other' }, edit: rewrite });
    expect(report.changes).toMatchObject([{ path: 'conf/a.txt', kind: 'deleted', liveEdit: true }]);
    expect(tree).toEqual({ 'b.txt': 'other' });
    expect(kept).toEqual(['edited']);
  });

  test('is no difference at all when the edit is what is desired now', async () => {
    const { report, tree } = await play({ desired: { ...base, 'a.txt': 'edited' }, edit: rewrite });
    expect(report).toMatchObject({ outcome: 'unchanged', drifted: [] });
    expect(tree).toEqual({ ...base, 'a.txt': 'edited' });
  });

  test('removes a stranger from a mirrored folder with the next release, and keeps a copy', async () => {
    const edit = (conf: string): void => writeTree(conf, { 'stranger.txt': 'new here' });
    const { report, tree, kept } = await play({ desired: { ...base, 'b.txt': 'new' }, edit });
    expect(report.changes).toMatchObject([
      { path: 'conf/b.txt', liveEdit: false },
      { path: 'conf/stranger.txt', kind: 'deleted', liveEdit: true },
    ]);
    expect(tree).toEqual({ ...base, 'b.txt': 'new' });
    expect(kept).toContain('new here');
  });
});
