import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openCache } from './cache/openCache.ts';
import { parseRepositoryUrl } from './repositoryUrl.ts';
import { resolveRef } from './resolveRef.ts';
import { createCertificate, createRepository, startGitDaemon, startGitServer } from './testing/index.ts';
import type { GitServer, GitServerOptions } from './testing/index.ts';
import type { CommitSha, Remote } from './types.ts';

// Real servers and real git, on a machine that may be busy.
jest.setTimeout(30_000);

let root: string;
let first: string;
let second: CommitSha;
let sha256: string;
const servers: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gitref-resolve-'));
  const site = await createRepository(root, 'site');
  first = await site.commit({ 'a.json': '{}' });
  second = (await site.commit({ 'a.json': '{"b":1}' })) as CommitSha;
  await site.git(['tag', '-a', '-m', 'annotated', 'v1', first]);
  await site.git(['tag', '-a', '-m', 'of a tag', 'v1-again', 'v1']);
  await site.git(['tag', 'light', first]);
  await site.git(['tag', 'main', first]);
  await site.git(['branch', 'main-old', first]);
  await site.git(['branch', '20240101', first]);
  await site.git(['branch', "linie/ä#1+%20'$(x)", first]);
  await createRepository(root, 'empty');
  sha256 = await (await createRepository(root, 'sha256', { objectFormat: 'sha256' })).commit({ a: '1' });
});

afterAll(async () => {
  for (const server of servers) await server.close();
  await rm(root, { recursive: true, force: true });
});

async function serve(options: GitServerOptions = {}): Promise<GitServer> {
  const server = await startGitServer(root, options);
  servers.push(server);
  return server;
}

function remoteAt(url: string, others: Partial<Remote> = {}): Remote {
  return { url: parseRepositoryUrl(url, 'standalone'), credentials: { kind: 'none' }, ...others };
}

const transports: readonly (readonly [string, (repository: string) => Promise<string>])[] = [
  ['HTTP with protocol 2', async (repository) => (await serve()).url(repository)],
  ['HTTP with an old server', async (repository) => (await serve({ protocolVersion2: false })).url(repository)],
  ['a path', async (repository) => join(root, repository)],
  ['a file URL', async (repository) => `file://${join(root, repository)}`],
  [
    'the git protocol',
    async (repository) => {
      const daemon = await startGitDaemon(root);
      servers.push(daemon);
      return daemon.url(repository);
    },
  ],
];

describe.each(transports)('over %s', (_name, urlOf) => {
  let site: Remote;

  beforeAll(async () => {
    site = remoteAt(await urlOf('site.git'));
  });

  test.each([
    ['main', 'branch', 'refs/heads/main', () => second],
    ['refs/heads/main', 'branch', 'refs/heads/main', () => second],
    ['refs/tags/main', 'tag', 'refs/tags/main', () => first],
    ['main-old', 'branch', 'refs/heads/main-old', () => first],
    ['20240101', 'branch', 'refs/heads/20240101', () => first],
    ['v1', 'tag', 'refs/tags/v1', () => first],
    ['v1-again', 'tag', 'refs/tags/v1-again', () => first],
    ['light', 'tag', 'refs/tags/light', () => first],
    ["linie/ä#1+%20'$(x)", 'branch', "refs/heads/linie/ä#1+%20'$(x)", () => first],
  ])('%s is the %s %s', async (ref, kind, fullName, commit) => {
    await expect(resolveRef(site, ref)).resolves.toEqual({ commit: commit(), kind, fullName });
  });

  test('a name that others merely begin with is not found', async () => {
    await expect(resolveRef(site, 'mai')).rejects.toMatchObject({ reason: 'RefNotFound', class: 'stalled' });
  });

  test('an empty repository is told apart from a missing ref', async () => {
    const empty = remoteAt(await urlOf('empty.git'));
    await expect(resolveRef(empty, 'main')).rejects.toMatchObject({ reason: 'EmptyRepository', class: 'waiting' });
  });

  test('a repository that is not there is said to be not there', async () => {
    const missing = remoteAt(await urlOf('missing.git'));
    await expect(resolveRef(missing, 'main')).rejects.toMatchObject({ reason: 'RepositoryNotFound' });
  });

  test('a SHA-256 repository resolves to SHAs of 64 digits', async () => {
    const remote = remoteAt(await urlOf('sha256.git'));
    await expect(resolveRef(remote, 'main')).resolves.toMatchObject({ commit: sha256 });
  });
});

test('a full SHA is its own answer and asks nobody', async () => {
  const server = await serve();
  const remote = remoteAt(server.url('site.git'));
  await expect(resolveRef(remote, first)).resolves.toEqual({ commit: first, kind: 'commit', fullName: undefined });
  expect(server.requests).toEqual([]);
});

test('a number that is no ref gets the hint for shortened SHAs', async () => {
  const site = remoteAt((await serve()).url('site.git'));
  await expect(resolveRef(site, '1234567')).rejects.toMatchObject({
    reason: 'RefNotFound',
    hint: expect.stringContaining('40 digits'),
  });
});

test('a server that speaks protocol 2 is asked for the ref alone', async () => {
  const many = await createRepository(root, 'many');
  const commit = await many.commit({ a: '1' });
  const lines = Array.from({ length: 500 }, (_, index) => `create refs/heads/branch-${index} ${commit}\n`);
  await many.git(['update-ref', '--stdin'], lines.join(''));
  const server = await serve();
  await resolveRef(remoteAt(server.url('many.git')), 'refs/heads/main');
  expect(server.requests.map(({ method, protocol }) => [method, protocol])).toEqual([
    ['GET', 'version=2'],
    ['POST', 'version=2'],
  ]);
});

describe('HTTPS', () => {
  test('works with the CA bundle, and says what is missing without it', async () => {
    const tls = await createCertificate();
    const server = await serve({ tls });
    const remote = remoteAt(server.url('site.git'), { caBundle: tls.certificate });
    await expect(resolveRef(remote, 'main')).resolves.toMatchObject({ commit: second });
    await expect(resolveRef({ ...remote, caBundle: undefined }, 'main')).rejects.toMatchObject({
      reason: 'CertificateInvalid',
      hint: expect.stringContaining('caBundleSecretRef'),
    });
    const other = await createCertificate(['127.0.0.1']);
    await expect(resolveRef({ ...remote, caBundle: other.certificate }, 'main')).rejects.toMatchObject({
      reason: 'CertificateInvalid',
    });
  });

  test.each([
    ['of another host', ['git.example'], {}],
    ['that has expired', ['127.0.0.1'], { from: new Date('2020-01-01'), to: new Date('2021-01-01') }],
  ])('a certificate %s is not trusted, by resolving and by fetching', async (_name, hosts, validity) => {
    const tls = await createCertificate(hosts, validity);
    const remote = remoteAt((await serve({ tls })).url('site.git'), { caBundle: tls.certificate });
    const cache = await openCache(join(root, `cache-${hosts.join()}`));
    for (const attempt of [() => resolveRef(remote, 'main'), () => cache.fetchCommit(remote, second)]) {
      await expect(attempt()).rejects.toMatchObject({ reason: 'CertificateInvalid', class: 'stalled' });
    }
    await cache.close();
  });

  test.each([
    ['https at a port of http', false],
    ['http at a port of https', true],
  ])('%s is told as that', async (_name, isSecure) => {
    const server = await serve(isSecure ? { tls: await createCertificate() } : {});
    const remote = remoteAt(server.url('site.git').replace(/^https?/, isSecure ? 'http' : 'https'));
    const cache = await openCache(join(root, `cache-${isSecure}`));
    for (const attempt of [() => resolveRef(remote, 'main'), () => cache.fetchCommit(remote, second)]) {
      await expect(attempt()).rejects.toMatchObject({ reason: isSecure ? 'GitUnreachable' : 'GitServerError' });
    }
    await cache.close();
  });

  test.each([
    ['nothing', 'not a certificate'],
    ['a broken certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
  ])('a CA bundle with %s is an error of its own', async (_name, caBundle) => {
    const remote = remoteAt('https://127.0.0.1:1/site.git', { caBundle });
    await expect(resolveRef(remote, 'main')).rejects.toMatchObject({
      reason: 'CertificateInvalid',
      message: expect.stringContaining('CA bundle'),
    });
  });
});
