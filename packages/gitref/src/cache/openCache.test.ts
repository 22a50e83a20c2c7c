import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { parseRepositoryUrl } from '../repositoryUrl.ts';
import { createCertificate, createRepository, startGitDaemon, startGitServer } from '../testing/index.ts';
import type { GitServer, GitServerOptions, TestCertificate, TestRepository } from '../testing/index.ts';
import type { CommitSha, Remote } from '../types.ts';
import { openCache } from './openCache.ts';
import type { GitCache } from './openCache.ts';

// Real servers and real git, on a machine that may be busy.
jest.setTimeout(30_000);

let root: string;
let repository: TestRepository;
let commits: CommitSha[];
let certificate: TestCertificate;
let directory: string;
let cache: GitCache;
const servers: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gitref-cache-'));
  certificate = await createCertificate();
  repository = await createRepository(root, 'site');
  commits = [];
  for (let version = 0; version < 4; version += 1) {
    commits.push((await repository.commit({ 'a.json': `{"v":${version}}`, 'same.txt': 'same' })) as CommitSha);
  }
});

beforeEach(async () => {
  directory = await mkdtemp(join(root, 'cache-'));
  cache = await openCache(directory);
});

afterEach(async () => {
  await cache.close();
  for (const server of servers.splice(0)) await server.close();
});

afterAll(() => rm(root, { recursive: true, force: true }));

async function serve(options: GitServerOptions = {}): Promise<GitServer> {
  const server = await startGitServer(root, options);
  servers.push(server);
  return server;
}

function remoteAt(url: string, others: Partial<Remote> = {}): Remote {
  return { url: parseRepositoryUrl(url, 'standalone'), credentials: { kind: 'none' }, ...others };
}

function commitAt(index: number): CommitSha {
  const commit = commits[index];
  if (commit === undefined) throw new Error(`there is no commit ${index}`);
  return commit;
}

/** Path and text of every file of a commit. */
async function contentOf(commit: CommitSha): Promise<Record<string, string>> {
  const tree = cache.tree(commit);
  const paths: string[] = [];
  const blobIds: string[] = [];
  for await (const batch of tree.list(['.'])) {
    for (const entry of batch) {
      paths.push(entry.path);
      blobIds.push(entry.blobId);
    }
  }
  const texts = paths.map(() => '');
  let index = 0;
  await tree.read(blobIds, {
    begin: (next) => void (index = next),
    write: (bytes) => void (texts[index] += Buffer.from(bytes).toString()),
    end: () => undefined,
  });
  return Object.fromEntries(paths.map((path, position) => [path, texts[position] ?? '']));
}

const servings: readonly (readonly [string, () => Promise<Remote>])[] = [
  ['HTTP with protocol 2', async () => remoteAt((await serve()).url('site.git'))],
  [
    'HTTP with a token',
    async () => {
      const server = await serve({ credentials: { token: 't0ken' } });
      return remoteAt(server.url('site.git'), { credentials: { kind: 'token', token: 't0ken' } });
    },
  ],
  [
    'HTTPS with its own CA',
    async () => {
      const server = await serve({ tls: certificate });
      return remoteAt(server.url('site.git'), { caBundle: certificate.certificate });
    },
  ],
  ['an old server that refuses SHAs', async () => remoteAt((await serve({ protocolVersion2: false })).url('site.git'))],
  [
    'an old server without shallow',
    async () => remoteAt((await serve({ shallow: false, shaWants: true })).url('site.git')),
  ],
  ['an old server with neither', async () => remoteAt((await serve({ shallow: false })).url('site.git'))],
  [
    'a server that redirects',
    async () => {
      const server = await serve();
      server.behave({ kind: 'redirect', origin: (await serve()).origin });
      return remoteAt(server.url('site.git'));
    },
  ],
  ['a path', async () => remoteAt(join(root, 'site.git'))],
  [
    'the git protocol',
    async () => {
      const daemon = await startGitDaemon(root);
      servers.push(daemon);
      return remoteAt(daemon.url('site.git'));
    },
  ],
];

describe.each(servings)('from %s', (_name, prepare) => {
  test('a commit that is no longer the newest is fetched', async () => {
    const { bytes } = await cache.fetchCommit(await prepare(), commitAt(1), { ref: 'main' });
    expect(bytes).toBeGreaterThan(0);
    await expect(contentOf(commitAt(1))).resolves.toEqual({ 'a.json': '{"v":1}', 'same.txt': 'same' });
  });

  test('a commit that does not exist is not available, and what is there stays', async () => {
    const remote = await prepare();
    await cache.fetchCommit(remote, commitAt(0));
    const missing = '1'.repeat(40) as CommitSha;
    await expect(cache.fetchCommit(remote, missing, { ref: 'main' })).rejects.toMatchObject({
      reason: 'CommitNotAvailable',
      class: 'transient',
    });
    await expect(contentOf(commitAt(0))).resolves.toMatchObject({ 'a.json': '{"v":0}' });
  });
});

test('who wrote a commit is known once it is fetched', async () => {
  await cache.fetchCommit(remoteAt(join(root, 'site.git')), commitAt(1));
  const authors = [await cache.authorOf(commitAt(1)), await cache.authorOf('1'.repeat(40) as CommitSha)];
  expect(authors).toEqual([{ name: 'Stoker Test', email: 'test@example.test' }, undefined]);
});

test.each([
  ['the short name of its branch', 'main'],
  ['the full name of its branch', 'refs/heads/main'],
  ['the name of its tag', 'released'],
  ['the full name of its tag', 'refs/tags/released'],
  ['nothing but its SHA', undefined],
])('a server that refuses SHAs is asked by %s', async (_name, ref) => {
  await repository.git(['tag', '-f', '-a', '-m', 'x', 'released', commitAt(2)]);
  const server = await serve({ protocolVersion2: false });
  await cache.fetchCommit(remoteAt(server.url('site.git')), commitAt(1), { ref });
  await expect(contentOf(commitAt(1))).resolves.toMatchObject({ 'a.json': '{"v":1}' });
});

test('the last two commits are there without asking the server', async () => {
  const server = await serve();
  const remote = remoteAt(server.url('site.git'));
  await cache.fetchCommit(remote, commitAt(0));
  await cache.fetchCommit(remote, commitAt(1));
  const asked = server.requests.length;
  for (const commit of [commitAt(0), commitAt(1), commitAt(0)]) {
    await expect(cache.fetchCommit(remote, commit)).resolves.toEqual({ bytes: 0 });
  }
  expect(server.requests).toHaveLength(asked);
  await expect(cache.tree(commitAt(1)).changesSince(commitAt(0))).resolves.toHaveLength(1);
});

test('a commit that a force-push took off its branch is still fetched by its SHA', async () => {
  const moved = await createRepository(root, 'moved');
  const resolved = (await moved.commit({ a: 'resolved' })) as CommitSha;
  const other = await moved.commit({ a: 'other' }, { branch: 'other' });
  await moved.git(['update-ref', 'refs/heads/main', other]);
  await cache.fetchCommit(remoteAt((await serve()).url('moved.git')), resolved, { ref: 'main' });
  await expect(contentOf(resolved)).resolves.toEqual({ a: 'resolved' });
});

test('the SHA of a tag object is refused with what to use instead', async () => {
  await repository.git(['tag', '-f', '-a', '-m', 'x', 'v1', commitAt(0)]);
  const tag = (await repository.git(['rev-parse', 'v1'])) as CommitSha;
  await expect(cache.fetchCommit(remoteAt(repository.path), tag)).rejects.toMatchObject({
    reason: 'CommitNotAvailable',
    message: expect.stringContaining('is a tag'),
  });
});

test('a SHA-256 repository works, and so does going back', async () => {
  const other = await createRepository(root, 'sha256', { objectFormat: 'sha256' });
  const commit = (await other.commit({ a: 'sha256' })) as CommitSha;
  await cache.fetchCommit(remoteAt(repository.path), commitAt(0));
  await cache.fetchCommit(remoteAt(other.path), commit);
  await expect(contentOf(commit)).resolves.toEqual({ a: 'sha256' });
  expect(cache.tree(commit).blobHash).toBe('git-sha256');
  await cache.fetchCommit(remoteAt(repository.path), commitAt(0));
  await expect(contentOf(commitAt(0))).resolves.toMatchObject({ 'same.txt': 'same' });
});

test('a checkout with a .git folder serves as a remote', async () => {
  const checkout = join(root, 'checkout');
  await repository.git(['clone', '-q', repository.path, checkout]);
  await cache.fetchCommit(remoteAt(checkout), commitAt(2));
  await expect(contentOf(commitAt(2))).resolves.toMatchObject({ 'a.json': '{"v":2}' });
});

test('a repository of another user of this machine serves as a remote', async () => {
  const foreign = await createRepository(root, 'foreign');
  const commit = (await foreign.commit({ a: 'foreign' })) as CommitSha;
  // Only root may give a folder away; for anybody else this test is about a repository of one's own.
  if (process.getuid?.() === 0) await chown(foreign.path, 12345, 12345);
  await cache.fetchCommit(remoteAt(foreign.path), commit);
  await expect(contentOf(commit)).resolves.toEqual({ a: 'foreign' });
});

test('a shallow checkout serves as a remote', async () => {
  const checkout = join(root, 'shallow');
  await repository.git(['clone', '-q', '--depth=2', `file://${repository.path}`, checkout]);
  await cache.fetchCommit(remoteAt(checkout), commitAt(3));
  await expect(contentOf(commitAt(3))).resolves.toMatchObject({ 'a.json': '{"v":3}' });
});

test('progress is told as it goes', async () => {
  const seen: string[] = [];
  const onProgress = ({ phase, done, total }: { phase: string; done: number; total: number }): void => {
    seen.push(`${phase} ${done}/${total}`);
  };
  await cache.fetchCommit(remoteAt((await serve()).url('site.git')), commitAt(0), { onProgress });
  expect(seen.at(-1)).toBe('receive 4/4');
});

test('fetches that are asked for at once wait for one another', async () => {
  const remote = remoteAt((await serve()).url('site.git'));
  await Promise.all(commits.map((commit) => cache.fetchCommit(remote, commit)));
  await expect(cache.tree(commitAt(3)).changesSince(commitAt(2))).resolves.toHaveLength(1);
});

test('a folder that cannot be written is said to be so', async () => {
  await expect(openCache(join(repository.path, 'HEAD', 'cache'))).rejects.toMatchObject({
    reason: 'GitNotUsable',
    message: expect.stringContaining('ENOTDIR'),
  });
});
