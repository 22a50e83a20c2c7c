import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { parseRepositoryUrl } from '../repositoryUrl.ts';
import { createRepository } from '../testing/index.ts';
import type { TestRepository } from '../testing/index.ts';
import type { CommitSha, Remote } from '../types.ts';
import { openCache } from './openCache.ts';
import type { GitCache } from './openCache.ts';
import { isOverdue } from './packs.ts';

// Real servers and real git, on a machine that may be busy.
jest.setTimeout(30_000);

let root: string;
let directory: string;
let repository: TestRepository;
let remote: Remote;
let commit: CommitSha;
let cache: GitCache;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gitref-damage-'));
  directory = join(root, 'cache');
  repository = await createRepository(root, 'site');
  commit = (await repository.commit({ 'a.json': '{}', 'b/c.json': '{"c":1}' })) as CommitSha;
  remote = { url: parseRepositoryUrl(repository.path, 'standalone'), credentials: { kind: 'none' } };
  cache = await openCache(directory);
  await cache.fetchCommit(remote, commit);
});

afterEach(async () => {
  await cache.close();
  await rm(root, { recursive: true, force: true });
});

async function read(): Promise<string[]> {
  const entries = [];
  for await (const batch of cache.tree(commit).list(['.'])) entries.push(...batch);
  const texts: string[] = [];
  const write = (bytes: Uint8Array): void => void texts.push(Buffer.from(bytes).toString());
  const blobIds = entries.map(({ blobId }) => blobId);
  await cache.tree(commit).read(blobIds, { begin: () => undefined, write, end: () => undefined });
  return texts;
}

async function packs(): Promise<string[]> {
  const folder = join(directory, 'repository.git', 'objects', 'pack');
  return (await readdir(folder)).filter((name) => name.endsWith('.pack')).map((name) => join(folder, name));
}

async function reopen(): Promise<void> {
  await cache.close();
  cache = await openCache(directory);
}

const damages: readonly (readonly [string, () => Promise<void>])[] = [
  ['without its packs', async () => void (await Promise.all((await packs()).map((pack) => rm(pack))))],
  ['with a pack that was cut', async () => void (await Promise.all((await packs()).map((pack) => truncate(pack, 40))))],
  ['without HEAD', () => rm(join(directory, 'repository.git', 'HEAD'))],
  ['without its objects folder', () => rm(join(directory, 'repository.git', 'objects'), { recursive: true })],
  ['with a config that is garbage', () => writeFile(join(directory, 'repository.git', 'config'), '[[[')],
  ['with an empty ref', () => writeFile(join(directory, 'repository.git', 'refs', 'stoker', 'current'), '')],
  ['without a repository at all', () => rm(join(directory, 'repository.git'), { recursive: true })],
];

test.each(damages)('a cache %s is replaced when it is opened, in the same folder', async (_name, damage) => {
  const folder = await stat(directory);
  await damage();
  await reopen();
  await cache.fetchCommit(remote, commit);
  await expect(read()).resolves.toEqual(['{}', '{"c":1}']);
  expect((await stat(directory)).ino).toBe(folder.ino);
});

// An empty ref keeps nobody from reading by SHA.
const unreadable = damages.filter(([name]) => name !== 'with an empty ref');

test.each(unreadable)('a cache that ends up %s while it is open heals with the next fetch', async (_name, damage) => {
  await damage();
  await expect(read()).rejects.toMatchObject({ reason: 'CacheDamaged', class: 'transient' });
  await cache.fetchCommit(remote, commit);
  await expect(read()).resolves.toEqual(['{}', '{"c":1}']);
});

test('a reader that finds wrong bytes has the cache replaced, also by the next process', async () => {
  await cache.markDamaged();
  await reopen();
  await expect(cache.fetchCommit(remote, commit)).resolves.toEqual({ bytes: expect.any(Number) });
  await expect(cache.fetchCommit(remote, commit)).resolves.toEqual({ bytes: 0 });
  expect(existsSync(join(directory, 'damaged'))).toBe(false);
});

const leftovers = [
  'shallow.lock',
  'packed-refs.lock',
  'config.lock',
  'HEAD.lock',
  'refs/stoker/current.lock',
  'refs/stoker/incoming/commit.lock',
  'objects/pack/tmp_pack_XY12',
  'objects/pack/pack-1234.keep',
];

test.each([
  ['by a killed process', reopen],
  ['by a git that was killed meanwhile', async () => undefined],
])('locks and half-received packs left %s stop nothing and are removed', async (_name, next) => {
  await mkdir(join(directory, 'repository.git/refs/stoker/incoming'), { recursive: true });
  await mkdir(join(directory, 'run/transport-abc'), { recursive: true });
  for (const path of leftovers) await writeFile(join(directory, 'repository.git', path), 'left over');
  await next();
  commit = (await repository.commit({ 'a.json': '{"a":2}' })) as CommitSha;
  await cache.fetchCommit(remote, commit);
  await expect(read()).resolves.toEqual(['{"a":2}', '{"c":1}']);
  expect(leftovers.filter((path) => existsSync(join(directory, 'repository.git', path)))).toEqual([]);
});

test('private files of a killed process are removed when the cache is opened', async () => {
  await mkdir(join(directory, 'run/transport-abc'), { recursive: true });
  await reopen();
  await expect(readdir(join(directory, 'run'))).resolves.toEqual([]);
});

test('hooks and configuration that somebody puts into the cache never run', async () => {
  const proof = join(root, 'proof');
  const hooks = join(directory, 'repository.git', 'hooks');
  await mkdir(hooks, { recursive: true });
  for (const name of ['reference-transaction', 'post-checkout', 'pre-auto-gc', 'post-index-change']) {
    await writeFile(join(hooks, name), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
  }
  commit = (await repository.commit({ 'a.json': '[]' })) as CommitSha;
  await cache.fetchCommit(remote, commit);
  await read();
  expect(existsSync(proof)).toBe(false);
});

test('the cache stays bounded over many commits, and the last two can be compared', async () => {
  let previous = commit;
  for (let version = 0; version < 24; version += 1) {
    previous = commit;
    commit = (await repository.commit({ 'a.json': `{"version":${version}}` })) as CommitSha;
    await cache.fetchCommit(remote, commit);
  }
  expect((await packs()).length).toBeLessThan(10);
  await expect(read()).resolves.toEqual(['{"version":23}', '{"c":1}']);
  await expect(cache.tree(commit).changesSince(previous)).resolves.toHaveLength(1);
  const grafts = await readdir(join(directory, 'repository.git'));
  expect(grafts).toContain('shallow');
});

test.each([
  [[], false],
  [[500_000_000], false],
  [Array.from({ length: 20 }, () => 1000), false],
  [Array.from({ length: 21 }, () => 1000), true],
  [[500_000_000, 400_000_000], false],
  [[500_000_000, 300_000_000, 300_000_000], true],
  [[1000, 60_000_000], false],
])('packs of %j bytes are due for consolidation: %s', (sizes, expected) => {
  expect(isOverdue(sizes)).toBe(expected);
});
