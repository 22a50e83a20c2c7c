import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { parseRepositoryUrl } from './repositoryUrl.ts';
import { resolveRef } from './resolveRef.ts';
import { createRepository, startGitServer } from './testing/index.ts';
import type { GitServer, GitServerBehaviour } from './testing/index.ts';
import type { Remote } from './types.ts';

// Real servers and real git, on a machine that may be busy.
jest.setTimeout(30_000);

let root: string;
let server: GitServer;
let commit: string;
let remote: Remote;
const token = 'tok en/+%s3cret';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gitref-misbehaving-'));
  commit = await (await createRepository(root, 'site')).commit({ a: '1' });
  server = await startGitServer(root, { credentials: { token } });
  remote = {
    url: parseRepositoryUrl(server.url('site.git'), 'standalone'),
    credentials: { kind: 'token', token },
  };
});

afterEach(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});

/** Everything that an error could publish. */
async function failure(promise: Promise<unknown>): Promise<{ reason: string; text: string; hint: string }> {
  const error = await promise.then(
    () => new Error('it succeeded'),
    (cause: unknown) => cause,
  );
  const parts: string[] = [];
  for (let next: unknown = error; Error.isError(next); next = next.cause)
    parts.push(JSON.stringify(next), String(next.stack));
  const { reason = 'none', hint = '' } = error as { reason?: string; hint?: string };
  return { reason, hint, text: parts.join('\n') + hint };
}

test.each<[string, GitServerBehaviour, string]>([
  ['hangs', { kind: 'hang' }, 'GitTimeout'],
  ['answers 200 with a web page', { kind: 'html' }, 'GitServerError'],
  ['answers 500', { kind: 'status', status: 500 }, 'GitServerError'],
  ['answers 429', { kind: 'status', status: 429 }, 'GitServerError'],
  ['answers 403', { kind: 'status', status: 403 }, 'AuthenticationFailed'],
  ['answers 404', { kind: 'status', status: 404 }, 'RepositoryNotFound'],
  ['redirects without saying where', { kind: 'status', status: 302 }, 'GitServerError'],
  ['redirects to a sign-in page', { kind: 'status', status: 302, headers: { Location: '/login' } }, 'GitServerError'],
  ['cuts its answer short', { kind: 'truncate', bytes: 40 }, 'GitUnreachable'],
  ['stops in the middle of its answer', { kind: 'stall', bytes: 40 }, 'GitTimeout'],
])('a server that %s', async (_name, behaviour, reason) => {
  server.behave(behaviour);
  const timeoutMs = reason === 'GitTimeout' ? 400 : 30_000;
  const error = await failure(resolveRef(remote, 'main', { timeoutMs }));
  expect(error.reason).toBe(reason);
  expect(error.text).not.toContain('internal-page-content');
  for (const secret of [token, encodeURIComponent(token), Buffer.from(`git:${token}`).toString('base64')]) {
    expect(error.text).not.toContain(secret);
  }
});

test.each<[string, string, (response: ServerResponse) => void]>([
  [
    'ends early, but cleanly, is not taken for a short list of refs',
    'cut short',
    (response) => response.end('001e# service=git-upload-pack\n0000000eversion 2\n'),
  ],
  [
    'never ends is left at 32 MiB',
    'more than 32 MiB',
    (response) => {
      const pour = (): void => void response.write(Buffer.alloc(1024 * 1024), (error) => error ?? pour());
      pour();
    },
  ],
])('an answer that %s', async (_name, message, answer) => {
  const strange = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/x-git-upload-pack-advertisement' });
    answer(response);
  });
  await new Promise<void>((resolve) => strange.listen(0, '127.0.0.1', resolve));
  try {
    const url = parseRepositoryUrl(`http://127.0.0.1:${(strange.address() as AddressInfo).port}/site`, 'standalone');
    await expect(resolveRef({ ...remote, url }, 'main')).rejects.toMatchObject({
      message: expect.stringContaining(message),
    });
  } finally {
    strange.closeAllConnections();
    strange.close();
  }
});

test('a server that is gone is unreachable', async () => {
  await server.close();
  await expect(resolveRef(remote, 'main')).rejects.toMatchObject({ reason: 'GitUnreachable', class: 'transient' });
});

test('credentials that are missing, wrong or rotated are told apart from a missing repository', async () => {
  const without: Remote = { ...remote, credentials: { kind: 'none' } };
  expect((await failure(resolveRef(without, 'main'))).hint).toContain('spec.git.auth.token.secretRef');
  server.requireCredentials({ token: 'rotated' });
  await expect(resolveRef(remote, 'main')).rejects.toMatchObject({ reason: 'AuthenticationFailed', class: 'stalled' });
  server.requireCredentials({ token: 'rotated', username: 'deploy' });
  const credentials = { kind: 'token', token: 'rotated\n', username: 'deploy' } as const;
  await expect(resolveRef({ ...remote, credentials }, 'main')).resolves.toMatchObject({ commit });
});

test('a redirect is followed to another host, without the credentials', async () => {
  const elsewhere = await startGitServer(root);
  try {
    server.behave({ kind: 'redirect', origin: elsewhere.origin });
    await expect(resolveRef(remote, 'main')).resolves.toMatchObject({ commit });
    expect(server.requests[0]?.authorization).toBeDefined();
    expect(elsewhere.requests.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);

    elsewhere.requireCredentials({ token });
    expect((await failure(resolveRef(remote, 'main'))).hint).toContain('never sent to another host');
    expect(elsewhere.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
  } finally {
    await elsewhere.close();
  }
});

test('a redirect loop ends', async () => {
  server.behave({ kind: 'redirect', origin: server.origin });
  await expect(resolveRef(remote, 'main')).rejects.toMatchObject({ message: expect.stringContaining('redirects') });
});

test('in the cluster a redirect to loopback is refused before anybody is asked there', async () => {
  const inside = await startGitServer(root);
  try {
    server.behave({ kind: 'redirect', origin: inside.origin });
    const url = { ...remote.url, scope: 'cluster' } as const;
    await expect(resolveRef({ ...remote, url }, 'main')).rejects.toMatchObject({ reason: 'InvalidRepositoryUrl' });
    expect(inside.requests).toEqual([]);
  } finally {
    await inside.close();
  }
});

test('in the cluster a name that resolves to loopback is refused at the connection', async () => {
  const url = parseRepositoryUrl(`http://localhost:${server.port}/site.git`, 'standalone');
  await expect(resolveRef({ ...remote, url: { ...url, scope: 'cluster' } }, 'main')).rejects.toMatchObject({
    reason: 'InvalidRepositoryUrl',
    message: expect.stringContaining('loopback'),
  });
  expect(server.requests).toEqual([]);
});

test('an aborted resolution ends with the reason of the one who aborted it', async () => {
  server.behave({ kind: 'hang' });
  const controller = new AbortController();
  const reason = new Error('shutting down');
  const resolution = resolveRef(remote, 'main', { signal: controller.signal });
  controller.abort(reason);
  await expect(resolution).rejects.toBe(reason);
});
