import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRepository, type TestRepository } from '@stoker/gitref/testing';
import { directorySource, sync } from '@stoker/sync-engine';
import { eventually, readFolder, readTree } from '../testing/folder.ts';
import { runAgent, startAgent } from '../testing/runAgent.ts';

let root: string;
let target: string;
let repository: TestRepository;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'stoker-agent-'));
  target = join(root, 'target');
  repository = await createRepository(root, 'plant');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const options = () => ({ env: { XDG_CACHE_HOME: join(root, 'cache') } });
const args = (command: string) => [command, '--repo', repository.path, '--ref', 'main', '--target', target];

function manyFiles(content: string): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: 800 }, (_, n) => [`folder-${n % 40}/file-${n}.txt`, `${content} ${n}`]),
  );
}

describe('a sync that is killed', () => {
  test('leaves a folder that is, after recover, exactly the old or exactly the new one', async () => {
    await repository.commit(manyFiles('0'));
    await runAgent(args('sync'), options());
    const journal = join(target, '.stoker/journal');
    let version = 0;
    // It is there for some milliseconds: whoever was busy with something else meanwhile waits for the next one.
    while (!existsSync(journal) && version < 10) {
      version += 1;
      await repository.commit(manyFiles(`${version}`));
      const running = startAgent(args('sync'), options());
      let hasEnded = false;
      void running.ended.then(() => (hasEnded = true));
      await eventually('files are being replaced', () => hasEnded || existsSync(journal), { everyMs: 0 });
      running.process.kill('SIGKILL');
      await running.ended;
    }
    const [old, next] = [manyFiles(`${version - 1}`), manyFiles(`${version}`)];
    const recovered = await runAgent(['recover', '--target', target, '--output', 'json']);
    expect(recovered).toMatchObject({ code: 0, stderr: '' });
    const { outcome } = JSON.parse(recovered.stdout) as { outcome: string };
    const possible = [
      { outcome: 'undone', files: old },
      { outcome: 'finished', files: next },
    ];
    expect(possible).toContainEqual({ outcome, files: readFolder(target) });
    expect(await runAgent(args('sync'), options())).toMatchObject({ code: 0, stderr: '' });
    expect(readFolder(target)).toEqual(next);
  }, 60_000);
});

/** Whoever holds the lock says so again every second. */
function treeBesideLock(folder: string): Record<string, string> {
  const { '.stoker': _changedWithIt, '.stoker/lock': _lock, ...rest } = readTree(folder);
  return rest;
}

describe('two syncs of one target', () => {
  test('the second one ends with 4 and touches nothing', async () => {
    await repository.commit({ 'a.txt': 'from git' });
    const source = mkdtempSync(join(root, 'source-'));
    const entered = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    await runAgent(args('sync'), options());
    const first = sync(
      {
        source: directorySource(source),
        target,
        mappings: [
          { source: '.', destination: 'sub', type: 'dir', required: false, prune: 'mirror', allowEmpty: true },
        ],
        excludePatterns: [],
        variables: {},
        protection: { paths: [], explicitOnly: [] },
        driftPolicy: 'restore',
        release: { id: 'x', ref: 'x', commit: 'x' },
        holder: 'someone-else',
      },
      {
        beforeApply: async () => {
          entered.resolve();
          await go.promise;
        },
      },
    );
    await Promise.race([entered.promise, first]);
    await repository.commit({ 'a.txt': 'newer', 'b.txt': 'new' });
    const before = treeBesideLock(target);
    const second = await runAgent([...args('sync'), '--output', 'json'], options());
    const after = treeBesideLock(target);
    go.resolve();
    await first;
    expect([second.code, JSON.parse(second.stdout)]).toMatchObject([4, { error: { reason: 'LockHeld' } }]);
    expect(after).toEqual(before);
  }, 30_000);
});

describe('watch', () => {
  const line = (text: string) => JSON.parse(text) as { outcome: string; commit?: string; error?: { reason: string } };
  const lines = (text: string) => text.trimEnd().split('\n').filter(Boolean).map(line);

  test('follows the branch, puts live edits back, and ends with 0 on SIGTERM', async () => {
    const first = await repository.commit({ 'a.txt': '1' });
    const watching = startAgent([...args('watch'), '--interval', '1s', '--output', 'json'], options());
    await eventually('the first commit arrives', () => existsSync(join(target, 'a.txt')));
    const second = await repository.commit({ 'a.txt': '2' });
    await eventually('the second commit arrives', () => readFolder(target)['a.txt'] === '2');
    rmSync(join(target, 'a.txt'));
    await eventually('the file is back', () => readFolder(target)['a.txt'] === '2');
    watching.process.kill('SIGTERM');
    const run = await watching.ended;
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(lines(run.stdout).map(({ outcome, commit }) => [outcome, commit])).toEqual([
      ['synced', first],
      ['synced', second],
      ['synced', second],
    ]);
  }, 30_000);

  test('ends in good order when nobody reads what it says any more', async () => {
    await repository.commit({ 'a.txt': '1' });
    const watching = startAgent([...args('watch'), '--interval', '1s', '--output', 'json'], options());
    await eventually('it has spoken', () => watching.output() !== '');
    watching.process.stdout?.destroy();
    await repository.commit({ 'a.txt': '2' });
    expect(await watching.ended).toMatchObject({ code: 0, stderr: '' });
    expect(readFolder(target)).toEqual({ 'a.txt': '2' });
  }, 30_000);

  test('outlasts what it has to wait for, and says so once', async () => {
    const watching = startAgent([...args('watch'), '--interval', '1s', '--output', 'json'], options());
    await eventually('it has said that there is nothing yet', () => watching.output().includes('EmptyRepository'));
    await repository.commit({ 'a.txt': '1' });
    await eventually('the commit arrives', () => existsSync(join(target, 'a.txt')));
    watching.process.kill('SIGTERM');
    const run = await watching.ended;
    expect(run.code).toBe(0);
    expect(lines(run.stdout).map(({ outcome }) => outcome)).toEqual(['failed', 'synced']);
  }, 30_000);

  test('ends at once when the command line is wrong', async () => {
    const run = await runAgent([...args('watch'), '--interval', '5', '--output', 'json'], options());
    expect([run.code, line(run.stdout).error?.reason]).toEqual([2, 'Usage']);
    const other = await runAgent([...args('watch'), '--profile', join(root, 'no.yaml')], options());
    expect([other.code, other.stdout]).toEqual([2, '']);
  }, 30_000);
});
