import { randomBytes } from 'node:crypto';
import { readdir, readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { parseRepositoryUrl } from '../repositoryUrl.ts';
import { createRepository, startGitServer } from '../testing/index.ts';
import type { GitServer } from '../testing/index.ts';
import type { CommitSha, FetchLimits, Remote } from '../types.ts';
import { openCache } from './openCache.ts';
import type { GitCache } from './openCache.ts';

// Real servers and real git, on a machine that may be busy.
jest.setTimeout(30_000);

const roomy: FetchLimits = { maxBytes: 1e9, maxFileBytes: 1e9, maxFiles: 1e6, timeoutMs: 60_000 };
const token = 'tok en/+%s3cret';

let root: string;
let server: GitServer;
let remote: Remote;
let commit: CommitSha;
let cache: GitCache;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gitref-limits-'));
  const repository = await createRepository(root, 'site');
  commit = (await repository.commit({ small: 'x', 'folder/large file': randomBytes(200_000) })) as CommitSha;
  server = await startGitServer(root, { credentials: { token } });
  remote = { url: parseRepositoryUrl(server.url('site.git'), 'standalone'), credentials: { kind: 'token', token } };
  cache = await openCache(join(root, 'cache'));
});

afterEach(async () => {
  await server.close();
  await cache.close();
  await rm(root, { recursive: true, force: true });
});

/** All processes whose command line names this server. */
async function gitProcesses(): Promise<{ pid: number; commandLine: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const processes = pids.map(async (pid) => {
    // A process may end while its entry is read.
    return { pid, commandLine: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') };
  });
  return (await Promise.all(processes)).filter(({ commandLine }) => commandLine.includes(`:${server.port}/`));
}

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

test.each<[string, Partial<FetchLimits>, string]>([
  ['a transfer', { maxBytes: 100_000 }, 'transfer is larger'],
  ['a file', { maxFileBytes: 100_000 }, '"folder/large file" has 200000 bytes'],
  ['a tree', { maxFiles: 1 }, 'more than 1 files'],
])('%s beyond its limit is refused and not kept', async (_name, limit, message) => {
  const limits = { ...roomy, ...limit };
  await expect(cache.fetchCommit(remote, commit, { limits })).rejects.toMatchObject({
    reason: 'LimitExceeded',
    class: 'stalled',
    message: expect.stringContaining(message),
  });
  const asked = server.requests.length;
  await cache.fetchCommit(remote, commit, { limits: roomy });
  expect(server.requests.length).toBeGreaterThan(asked);
});

test('a transfer is stopped while it grows, not only measured at its end', async () => {
  server.behave({ kind: 'stall', bytes: 150_000 });
  const limits = { ...roomy, maxBytes: 20_000 };
  await expect(cache.fetchCommit(remote, commit, { limits })).rejects.toMatchObject({ reason: 'LimitExceeded' });
});

test.each([
  ['hangs', { kind: 'hang' }],
  ['stops in the middle of a pack', { kind: 'stall', bytes: 100_000 }],
] as const)('a server that %s is given up at the deadline, with every process', async (_name, behaviour) => {
  server.behave(behaviour);
  const limits = { ...roomy, timeoutMs: 500 };
  await expect(cache.fetchCommit(remote, commit, { limits })).rejects.toMatchObject({ reason: 'GitTimeout' });
  await eventually(async () => (await gitProcesses()).length === 0);
  server.behave({ kind: 'normal' });
  await expect(cache.fetchCommit(remote, commit)).resolves.toEqual({ bytes: expect.any(Number) });
});

test('a git that is killed in the middle of a transfer leaves nothing that stops the next', async () => {
  server.behave({ kind: 'stall', bytes: 100_000 });
  const fetching = cache.fetchCommit(remote, commit).catch((error: unknown) => error);
  const packs = join(root, 'cache', 'repository.git', 'objects', 'pack');
  await eventually(async () => (await readdir(packs)).some((name) => name.startsWith('tmp_pack')));
  const fetch = (await gitProcesses()).find(({ commandLine }) => commandLine.startsWith('git\0fetch'));
  if (fetch === undefined) throw new Error('git is not running');
  process.kill(fetch.pid, 'SIGKILL');
  await expect(fetching).resolves.toMatchObject({
    reason: 'LimitExceeded',
    message: expect.stringContaining('killed'),
  });
  await eventually(async () => (await gitProcesses()).length === 0);
  server.behave({ kind: 'normal' });
  await cache.fetchCommit(remote, commit);
  expect((await readdir(packs)).filter((name) => name.startsWith('tmp_'))).toEqual([]);
});

test('an aborted fetch ends every process and rejects with the reason given', async () => {
  server.behave({ kind: 'hang' });
  const controller = new AbortController();
  const reason = new Error('shutting down');
  const fetching = cache.fetchCommit(remote, commit, { signal: controller.signal });
  await eventually(async () => (await gitProcesses()).length > 0);
  controller.abort(reason);
  await expect(fetching).rejects.toBe(reason);
  await eventually(async () => (await gitProcesses()).length === 0);
});

test.each([
  ['cuts the connection', { kind: 'truncate', bytes: 100_000 }, 'GitServerError'],
  ['answers with a web page', { kind: 'html' }, 'GitServerError'],
  ['answers 503', { kind: 'status', status: 503 }, 'GitServerError'],
  ['answers 403', { kind: 'status', status: 403 }, 'AuthenticationFailed'],
] as const)('a server that %s is said to do so, without its words or ours', async (_name, behaviour, reason) => {
  server.behave(behaviour);
  const error: unknown = await cache.fetchCommit(remote, commit).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ reason });
  const text = `${JSON.stringify(error)} ${String(Error.isError(error) ? error.stack : error)}`;
  expect(text).not.toContain('internal-page-content');
  for (const secret of [token, encodeURIComponent(token), Buffer.from(`git:${token}`).toString('base64')]) {
    expect(text).not.toContain(secret);
  }
});

test('the token is in no command line while git runs, and on no disk', async () => {
  server.behave({ kind: 'hang' });
  const controller = new AbortController();
  const fetching = cache.fetchCommit(remote, commit, { signal: controller.signal });
  await eventually(async () => (await gitProcesses()).length > 0);
  const encoded = Buffer.from(`git:${token}`).toString('base64');
  for (const { commandLine } of await gitProcesses()) {
    expect(commandLine).not.toContain(token);
    expect(commandLine).not.toContain(encoded);
  }
  for (const entry of await readdir(join(root, 'cache'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const text = await readFile(join(entry.parentPath, entry.name), 'latin1');
    expect(text.includes(token) || text.includes(encoded)).toBe(false);
  }
  controller.abort(new Error('seen enough'));
  await expect(fetching).rejects.toThrow('seen enough');
});

test('a wrong token is refused, and the right one then works', async () => {
  const wrong: Remote = { ...remote, credentials: { kind: 'token', token: 'expired' } };
  await expect(cache.fetchCommit(wrong, commit)).rejects.toMatchObject({ reason: 'AuthenticationFailed' });
  const none: Remote = { ...remote, credentials: { kind: 'none' } };
  await expect(cache.fetchCommit(none, commit)).rejects.toMatchObject({
    reason: 'AuthenticationFailed',
    message: expect.stringContaining('none are given'),
  });
  await cache.fetchCommit(remote, commit);
});

test('a redirect to another host does not get the token', async () => {
  const elsewhere = await startGitServer(root);
  try {
    server.behave({ kind: 'redirect', origin: elsewhere.origin });
    await cache.fetchCommit(remote, commit);
    expect(elsewhere.requests.length).toBeGreaterThan(0);
    expect(elsewhere.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
  } finally {
    await elsewhere.close();
  }
});

test('in the cluster a name that resolves to loopback is refused before git starts', async () => {
  const url = parseRepositoryUrl(`http://localhost:${server.port}/site.git`, 'standalone');
  const asked: Remote = { ...remote, url: { ...url, scope: 'cluster' } };
  await expect(cache.fetchCommit(asked, commit)).rejects.toMatchObject({ reason: 'InvalidRepositoryUrl' });
  expect(server.requests).toEqual([]);
});
