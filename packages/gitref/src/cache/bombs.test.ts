// What is small on the wire and huge once somebody unfolds it; and what a repository would like to have run.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { parseRepositoryUrl } from '../repositoryUrl.ts';
import { resolveRef } from '../resolveRef.ts';
import { createRepository, type GitServer, startGitServer, type TestRepository } from '../testing/index.ts';
import type { CommitSha, FetchLimits, Remote } from '../types.ts';
import { type GitCache, openCache } from './openCache.ts';

jest.setTimeout(60_000);

const limits: FetchLimits = { maxBytes: 2e6, maxFileBytes: 1e6, maxFiles: 10_000, timeoutMs: 60_000 };
let root: string;
let repository: TestRepository;
let server: GitServer;
let remote: Remote;
let cache: GitCache;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gitref-bombs-'));
  repository = await createRepository(root, 'site');
  server = await startGitServer(root);
  remote = { url: parseRepositoryUrl(server.url('site.git'), 'standalone'), credentials: { kind: 'none' } };
  cache = await openCache(join(root, 'cache'));
});

afterEach(async () => {
  await server.close();
  await cache.close();
  await rm(root, { recursive: true, force: true });
});

const commitOf = async (files: Parameters<TestRepository['commit']>[0]) =>
  (await repository.commit(files)) as CommitSha;

async function contentOf(commit: CommitSha): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  for await (const batch of cache.tree(commit).list(['.'])) {
    for (const { path } of batch) content[path] = '';
  }
  return content;
}

/** Trees of ten entries each that all are the next tree: 10^depth files of a few hundred bytes on the wire. */
async function commitNestedTrees(depth: number): Promise<CommitSha> {
  let entry = `100644 blob ${await repository.git(['hash-object', '-w', '--stdin'], 'x')}`;
  for (let level = 0; level < depth; level += 1) {
    const lines = Array.from({ length: 10 }, (_, index) => `${entry}\td${index}`);
    entry = `040000 tree ${await repository.git(['mktree'], `${lines.join('\n')}\n`)}`;
  }
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.test'];
  const commit = await repository.git([...author, 'commit-tree', '-m', 'bomb', entry.split(' ')[2] ?? '']);
  await repository.git(['update-ref', 'refs/heads/main', commit]);
  return commit as CommitSha;
}

test('a file of nothing but zeros, small on the wire, is refused by its own size', async () => {
  const commit = await commitOf({ bomb: Buffer.alloc(200_000_000) });
  await expect(cache.fetchCommit(remote, commit, { limits })).rejects.toMatchObject({
    reason: 'LimitExceeded',
    message: expect.stringContaining('"bomb" has 200000000 bytes'),
  });
});

test('a chain of deltas that unfolds to what no limit allows is refused by its size', async () => {
  const grown = Buffer.alloc(30_000_000, 'one line of a project that was copied and copied again\n');
  await commitOf({ bomb: grown.subarray(0, 1_000_000) });
  await commitOf({ bomb: grown.subarray(0, 10_000_000) });
  const commit = await commitOf({ bomb: grown });
  await repository.git(['repack', '-adfq', '--depth=50', '--window=50']);
  await expect(cache.fetchCommit(remote, commit, { limits })).rejects.toMatchObject({
    reason: 'LimitExceeded',
    message: expect.stringContaining('"bomb" has 30000000 bytes'),
  });
});

test('trees that hold each other ten times over, ten deep, are given up at the limit of files', async () => {
  const commit = await commitNestedTrees(10);
  await expect(cache.fetchCommit(remote, commit, { limits })).rejects.toMatchObject({
    reason: 'LimitExceeded',
    message: expect.stringContaining('more than 10000 files'),
  });
});

test('what was refused is not kept, and a release without it is fetched as if nothing had been', async () => {
  const bad = await commitOf({ bomb: Buffer.alloc(50_000_000), fine: 'x' });
  await expect(cache.fetchCommit(remote, bad, { limits })).rejects.toMatchObject({ reason: 'LimitExceeded' });
  const good = await commitOf({ bomb: null });
  await cache.fetchCommit(remote, good, { limits });
  expect(await contentOf(good)).toEqual({ fine: '' });
});

test.each([
  ['a tag that is moved', ['tag', '-f', 'v1', 'main']],
  ['a tag that is deleted', ['tag', '-d', 'v1']],
])('%s between resolving and fetching changes nothing of what was resolved', async (_, change) => {
  const first = await commitOf({ 'a.txt': 'first' });
  await repository.git(['tag', 'v1', first]);
  const resolved = await resolveRef(remote, 'v1');
  await commitOf({ 'a.txt': null, 'b.txt': 'second' });
  await repository.git(change);
  await cache.fetchCommit(remote, resolved.commit, { ref: 'v1' });
  expect(resolved.commit).toBe(first);
  expect(await contentOf(resolved.commit)).toEqual({ 'a.txt': '' });
});

test('a branch that is deleted between resolving and fetching still gives what was resolved', async () => {
  const first = await commitOf({ 'a.txt': 'first' });
  await repository.git(['branch', 'release', first]);
  const { commit } = await resolveRef(remote, 'release');
  await repository.git(['branch', '-D', 'release']);
  await cache.fetchCommit(remote, commit, { ref: 'release' });
  expect(await contentOf(commit)).toEqual({ 'a.txt': '' });
});

test('what the configuration and the hooks of a repository on this machine name is not run by reading it', async () => {
  const commit = await commitOf({
    'a.txt': 'x',
    '.gitattributes': '*.txt filter=evil',
    '.gitmodules': '[submodule "x"]',
  });
  const proof = join(root, 'proof');
  const script = join(root, 'script');
  await writeFile(script, `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
  const names = ['core.fsmonitor', 'core.sshCommand', 'core.alternateRefsCommand', 'uploadpack.packObjectsHook'];
  for (const name of [...names, 'filter.evil.smudge', 'filter.evil.process', 'core.pager', 'credential.helper'])
    await repository.git(['config', name, script]);
  for (const name of ['post-checkout', 'pre-auto-gc', 'reference-transaction', 'post-index-change'])
    await writeFile(join(repository.path, 'hooks', name), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
  const local: Remote = { url: parseRepositoryUrl(repository.path, 'standalone'), credentials: { kind: 'none' } };
  expect((await resolveRef(local, 'main')).commit).toBe(commit);
  await cache.fetchCommit(local, commit, { limits, ref: 'main' });
  expect(Object.keys(await contentOf(commit))).toContain('a.txt');
  expect(existsSync(proof)).toBe(false);
});
