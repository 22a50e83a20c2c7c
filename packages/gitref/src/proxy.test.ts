import { createServer, request } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { openCache } from './cache/openCache.ts';
import { parseRepositoryUrl } from './repositoryUrl.ts';
import { resolveRef } from './resolveRef.ts';
import { createCertificate, createRepository, startGitServer } from './testing/index.ts';
import type { GitServer, TestRepository } from './testing/index.ts';
import type { CommitSha, Remote } from './types.ts';

// Real servers and real git, on a machine that may be busy.
jest.setTimeout(30_000);

let root: string;
let proxy: Server;
let proxyUrl: string;
let server: GitServer;
let repository: TestRepository;
let commit: CommitSha;
const asked: string[] = [];
/** `user:password`; undefined: the proxy lets everybody in. */
let wanted: string | undefined;

function isLetIn(incoming: IncomingMessage): boolean {
  const expected = `Basic ${Buffer.from(wanted ?? '').toString('base64')}`;
  return wanted === undefined || incoming.headers['proxy-authorization'] === expected;
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gitref-proxy-'));
  repository = await createRepository(root, 'site');
  commit = (await repository.commit({ a: '1' })) as CommitSha;
  asked.length = 0;
  wanted = undefined;
  proxy = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    if (!isLetIn(incoming)) {
      outgoing.writeHead(407, { 'Proxy-Authenticate': 'Basic realm="proxy"' }).end();
      return;
    }
    const { method, headers } = incoming;
    const onward = request(incoming.url ?? '', { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  proxy.on('connect', (incoming, client) => {
    asked.push(`CONNECT ${incoming.url}`);
    if (!isLetIn(incoming)) {
      client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n',
      );
      return;
    }
    const [host, port] = (incoming.url ?? '').split(':');
    const onward = connect(Number(port), host, () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    onward.on('error', () => client.destroy());
    client.on('error', () => onward.destroy());
    client.pipe(onward).pipe(client);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await server?.close();
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  await rm(root, { recursive: true, force: true });
});

test.each(['http', 'https'] as const)('with a proxy %s is resolved and fetched through it alone', async (protocol) => {
  const tls = protocol === 'https' ? await createCertificate() : undefined;
  server = await startGitServer(root, tls === undefined ? {} : { tls });
  const remote: Remote = {
    url: parseRepositoryUrl(server.url('site.git'), 'standalone'),
    credentials: { kind: 'none' },
    caBundle: tls?.certificate,
    proxy: proxyUrl,
  };
  const expected =
    protocol === 'https' ? `CONNECT 127.0.0.1:${server.port}` : `GET ${server.url('site.git')}/info/refs`;
  await expect(resolveRef(remote, 'main')).resolves.toMatchObject({ commit });
  expect(asked[0]).toContain(expected);

  asked.length = 0;
  const cache = await openCache(join(root, 'cache'));
  await cache.fetchCommit(remote, commit);
  expect(asked[0]).toContain(expected);
  await cache.close();
});

test.each(['http', 'https'] as const)(
  'a proxy in front of %s gets the credentials in its URL, and its own error',
  async (protocol) => {
    const tls = protocol === 'https' ? await createCertificate() : undefined;
    server = await startGitServer(root, tls === undefined ? {} : { tls });
    wanted = 'plant:s3cret%';
    const given = new URL(proxyUrl);
    given.username = 'plant';
    given.password = 's3cret%25';
    const remote: Remote = {
      url: parseRepositoryUrl(server.url('site.git'), 'standalone'),
      credentials: { kind: 'none' },
      caBundle: tls?.certificate,
      proxy: given.href,
    };
    const cache = await openCache(join(root, 'cache'));
    await expect(resolveRef(remote, 'main')).resolves.toMatchObject({ commit });
    await cache.fetchCommit(remote, commit);

    wanted = 'plant:rotated';
    const pushed = (await repository.commit({ a: '2' })) as CommitSha;
    for (const proxied of [remote, { ...remote, proxy: proxyUrl }]) {
      for (const attempt of [() => resolveRef(proxied, 'main'), () => cache.fetchCommit(proxied, pushed)]) {
        const error: unknown = await attempt().catch((cause: unknown) => cause);
        expect(error).toMatchObject({ reason: 'AuthenticationFailed', message: expect.stringContaining('proxy') });
        expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('s3cret');
      }
    }
    await cache.close();
  },
);

test('a proxy in whose URL git would find another host than was checked is refused, and nobody is asked', async () => {
  const url = parseRepositoryUrl('http://git.example/site', 'cluster');
  const disguised = proxyUrl.replace('http://', 'http://10.0.0.7:80\\@');
  expect(new URL(disguised).hostname).toBe('10.0.0.7');
  const remote: Remote = { url, credentials: { kind: 'none' }, proxy: disguised };
  const cache = await openCache(join(root, 'cache'));
  for (const attempt of [() => resolveRef(remote, 'main'), () => cache.fetchCommit(remote, commit)]) {
    await expect(attempt()).rejects.toMatchObject({ reason: 'InvalidProxy' });
  }
  expect(asked).toEqual([]);
  await cache.close();
});

test.each(['ssh://git@localhost:1/site', 'git://localhost:1/site'])(
  'a proxy, which %s does not go through, lets nobody reach loopback in the cluster',
  async (text) => {
    const url = { ...parseRepositoryUrl(text, 'standalone'), scope: 'cluster' } as const;
    const remote: Remote = { url, credentials: { kind: 'none' }, proxy: 'http://10.0.0.7:3128' };
    await expect(resolveRef(remote, 'main')).rejects.toMatchObject({ reason: 'InvalidRepositoryUrl' });
  },
);

test.each([
  ['ext::sh', 'standalone', 'InvalidProxy'],
  ['--upload-pack=touch', 'standalone', 'InvalidProxy'],
  ['-oProxyCommand=touch:3128', 'standalone', 'InvalidProxy'],
  ['http://ext::sh@', 'standalone', 'InvalidProxy'],
  ['ftp://proxy', 'standalone', 'InvalidProxy'],
  ['proxy:3128', 'standalone', 'InvalidProxy'],
  ['http://user:s3cret@', 'standalone', 'InvalidProxy'],
  ['http://127.0.0.1:9', 'cluster', 'InvalidProxy'],
  ['http://169.254.169.254', 'cluster', 'InvalidProxy'],
  ['http://127.0.0.1:1', 'standalone', 'GitUnreachable'],
] as const)('the proxy %s (%s) is told as %s, by resolving and by fetching', async (text, where, reason) => {
  const url = parseRepositoryUrl('http://git.example/site', where);
  const remote: Remote = { url, credentials: { kind: 'none' }, proxy: text };
  const cache = await openCache(join(root, 'cache'));
  for (const attempt of [() => resolveRef(remote, 'main'), () => cache.fetchCommit(remote, commit)]) {
    await expect(attempt()).rejects.toMatchObject({ reason, message: expect.not.stringContaining('s3cret') });
  }
  await cache.close();
});
