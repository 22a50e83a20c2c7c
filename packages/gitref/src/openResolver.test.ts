import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openResolver } from './openResolver.ts';
import type { RefResolver } from './openResolver.ts';
import { parseRepositoryUrl } from './repositoryUrl.ts';
import { resolveRef } from './resolveRef.ts';
import { createCertificate, createRepository, startGitServer } from './testing/index.ts';
import type { GitServer, TestRepository } from './testing/index.ts';
import type { Remote } from './types.ts';

// Real servers and real git, on a machine that may be busy.
jest.setTimeout(30_000);

let root: string;
let site: TestRepository;
let commit: string;
let server: GitServer;
let remote: Remote;
let resolver: RefResolver;
const credentials = { kind: 'token', token: 's3cret' } as const;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gitref-resolver-'));
  site = await createRepository(root, 'site');
  commit = await site.commit({ a: '1' });
  server = await startGitServer(root, { credentials });
  remote = { url: parseRepositoryUrl(server.url('site.git'), 'standalone'), credentials };
  resolver = openResolver();
});

afterEach(async () => {
  await resolver.close();
  await server.close();
  await rm(root, { recursive: true, force: true });
});

test('all but the first resolution are one request on one connection, and see every push', async () => {
  await expect(resolver.resolveRef(remote, 'main')).resolves.toMatchObject({ commit });
  const pushed = await site.commit({ a: '2' });
  await expect(resolver.resolveRef(remote, 'main')).resolves.toMatchObject({ commit: pushed });
  expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'POST']);
  await expect(server.openConnections()).resolves.toBe(1);
});

test('no connection is left after closing, nor after a resolution without a resolver', async () => {
  await resolver.resolveRef(remote, 'main');
  await resolver.close();
  await resolveRef(remote, 'main');
  await expect(untilClosed(server)).resolves.toBe(0);
});

describe('what was true at the first resolution', () => {
  beforeEach(async () => {
    await resolver.resolveRef(remote, 'main');
  });

  test('a token that is refused later is told as that', async () => {
    server.requireCredentials({ token: 'rotated' });
    await expect(resolver.resolveRef(remote, 'main')).rejects.toMatchObject({ reason: 'AuthenticationFailed' });
    const rotated: Remote = { ...remote, credentials: { kind: 'token', token: 'rotated' } };
    await expect(resolver.resolveRef(rotated, 'main')).resolves.toMatchObject({ commit });
  });

  test('somebody without the token is not let in by the connection of somebody with it', async () => {
    const stranger: Remote = { ...remote, credentials: { kind: 'none' } };
    await expect(resolver.resolveRef(stranger, 'main')).rejects.toMatchObject({ reason: 'AuthenticationFailed' });
  });

  test('a repository that is removed is told as that', async () => {
    await rename(site.path, join(root, 'elsewhere.git'));
    await expect(resolver.resolveRef(remote, 'main')).rejects.toMatchObject({ reason: 'RepositoryNotFound' });
  });

  test('a repository that is made anew with SHA-256 resolves', async () => {
    await rm(site.path, { recursive: true });
    const anew = await (await createRepository(root, 'site', { objectFormat: 'sha256' })).commit({ a: '1' });
    server.requireCredentials(undefined);
    await expect(resolver.resolveRef(remote, 'main')).resolves.toMatchObject({ commit: anew });
  });

  test('a server that redirects later is followed, without the credentials', async () => {
    const elsewhere = await startGitServer(root);
    try {
      server.behave({ kind: 'redirect', origin: elsewhere.origin });
      await expect(resolver.resolveRef(remote, 'main')).resolves.toMatchObject({ commit });
      expect(elsewhere.requests.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
    } finally {
      await elsewhere.close();
    }
  });

  test.each([
    ['restarted', true],
    ['replaced by one without protocol 2', false],
  ])('a server that is %s is asked as if for the first time', async (_name, protocolVersion2) => {
    const { port } = server;
    await server.close();
    await expect(resolver.resolveRef(remote, 'main')).rejects.toMatchObject({ reason: 'GitUnreachable' });
    server = await startGitServer(root, { port, credentials, protocolVersion2 });
    await expect(resolver.resolveRef(remote, 'main')).resolves.toMatchObject({ commit });
  });

  test('a connection that leads nowhere is given up in time for another', async () => {
    server.behave({ kind: 'hang' });
    const resolution = resolver.resolveRef(remote, 'main', { timeoutMs: 6000 });
    while (server.requests.length < 3) await sleep(10);
    server.behave({ kind: 'normal' });
    await expect(resolution).resolves.toMatchObject({ commit });
  });

  test('what the standalone scope was connected to stays out of reach for the cluster', async () => {
    const named = parseRepositoryUrl(`http://localhost:${server.port}/site.git`, 'standalone');
    await resolver.resolveRef({ ...remote, url: named }, 'main');
    const clustered: Remote = { ...remote, url: { ...named, scope: 'cluster' } };
    await expect(resolver.resolveRef(clustered, 'main')).rejects.toMatchObject({ reason: 'InvalidRepositoryUrl' });
  });
});

test('a server that one CA bundle trusts is not trusted without it', async () => {
  const tls = await createCertificate();
  const secure = await startGitServer(root, { tls });
  try {
    const url = parseRepositoryUrl(secure.url('site.git'), 'standalone');
    const trusting: Remote = { url, credentials: { kind: 'none' }, caBundle: tls.certificate };
    await expect(resolver.resolveRef(trusting, 'main')).resolves.toMatchObject({ commit });
    await expect(resolver.resolveRef({ ...trusting, caBundle: undefined }, 'main')).rejects.toMatchObject({
      reason: 'CertificateInvalid',
    });
  } finally {
    await secure.close();
  }
});

/** The server learns of a closed connection a moment later than the client. */
async function untilClosed({ openConnections }: GitServer): Promise<number> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if ((await openConnections()) === 0) return 0;
    await sleep(10);
  }
  return openConnections();
}
