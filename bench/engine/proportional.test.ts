// The short form of the bench: that work goes with what changed, counted in system calls and bytes, never in time.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isCommitSha, openCache, parseRepositoryUrl } from '@stoker/gitref';
import { createRepository } from '@stoker/gitref/testing';
import { changesTo, makeTree } from './makeTree.ts';

const shape = { files: 400, folders: 16, bytesPerFile: 2_000 };
const changed = 20;
let folder: string;
let commits: readonly string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-bench-'));
  const repository = await createRepository(folder, 'plant');
  commits = [await repository.commit(makeTree(shape)), await repository.commit(changesTo(shape, changed))];
  const cache = await openCache(join(folder, 'cache'));
  const remote = { url: parseRepositoryUrl(repository.path, 'standalone'), credentials: { kind: 'none' } } as const;
  for (const commit of commits) if (isCommitSha(commit)) await cache.fetchCommit(remote, commit, { ref: 'main' });
  await cache.close();
}, 30_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Bytes written, and how often a file of the target was looked at, opened or renamed into place. */
function syncTo(commit: string | undefined) {
  const log = join(folder, 'strace.log');
  const program = ['--conditions=@stoker/source', join(import.meta.dirname, 'ours.ts')];
  const { NODE_OPTIONS: _ours, ...env } = process.env;
  const traced = ['-f', '-qq', '-o', log, '-e', 'trace=/^(lstat|statx|newfstatat|open|openat|rename.*)$'];
  const args = [...traced, process.execPath, ...program, join(folder, 'cache'), commit ?? '', join(folder, 'target')];
  const { bytesWritten } = JSON.parse(execFileSync('strace', args, { encoding: 'utf8', env }));
  const calls = readFileSync(log, 'utf8').split('\n');
  const count = (call: RegExp) => calls.filter((line) => call.test(line) && /view-\d+\.json"/.test(line)).length;
  return { bytesWritten, looked: count(/stat/), opened: count(/ open/), renamed: count(/ rename/) };
}

const bytesOf = (tree: Record<string, string>) =>
  Object.values(tree).reduce((sum, content) => sum + Buffer.byteLength(content), 0);

test('a first sync writes each byte once and renames each file once', () => {
  const tree = makeTree(shape);
  expect(syncTo(commits[0])).toMatchObject({ bytesWritten: bytesOf(tree), opened: 0, renamed: shape.files });
}, 30_000);

test('with nothing changed every file is looked at once, and none is opened or written', () => {
  expect(syncTo(commits[0])).toEqual({ bytesWritten: 0, looked: shape.files, opened: 0, renamed: 0 });
}, 30_000);

test('after a commit only what it changed is written', () => {
  const { bytesWritten, opened, renamed } = syncTo(commits[1]);
  expect({ bytesWritten, opened, renamed }).toEqual({
    bytesWritten: bytesOf(changesTo(shape, changed)),
    opened: 0,
    renamed: changed,
  });
}, 30_000);
