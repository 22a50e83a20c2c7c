import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openCache } from './cache/openCache.ts';
import { sshCommand } from './git/sshCommand.ts';
import { parseRepositoryUrl } from './repositoryUrl.ts';
import { resolveRef } from './resolveRef.ts';
import { createRepository, startSshServer } from './testing/index.ts';
import type { SshServer } from './testing/index.ts';
import type { CommitSha, Remote } from './types.ts';

// Real servers and real git, on a machine that may be busy.
jest.setTimeout(30_000);

let root: string;
let server: SshServer;
let other: SshServer;
let commit: CommitSha;
let remote: Remote;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gitref-ssh-'));
  commit = (await (await createRepository(root, 'site')).commit({ a: '1' })) as CommitSha;
  server = await startSshServer(root);
  other = await startSshServer(root);
  remote = {
    url: parseRepositoryUrl(server.url('site.git'), 'standalone'),
    credentials: { kind: 'sshKey', privateKey: server.privateKey },
    knownHosts: server.knownHosts,
  };
});

afterAll(async () => {
  await server.close();
  await other.close();
  await rm(root, { recursive: true, force: true });
});

describe('over SSH', () => {
  test('a ref resolves and its commit is fetched; the key is gone afterwards', async () => {
    await expect(resolveRef(remote, 'main')).resolves.toMatchObject({ commit });
    const directory = join(root, "cache with spaces, 100% and 'quotes'");
    const cache = await openCache(directory);
    await expect(cache.fetchCommit(remote, commit)).resolves.toEqual({ bytes: expect.any(Number) });
    await expect(readdir(join(directory, 'run'))).resolves.toEqual([]);
    await cache.close();
  });

  test('a key from a secret may have Windows line ends and no last newline', async () => {
    const privateKey = server.privateKey.trim().replaceAll('\n', '\r\n');
    const credentials = { kind: 'sshKey', privateKey } as const;
    await expect(resolveRef({ ...remote, credentials }, 'main')).resolves.toMatchObject({ commit });
  });

  test('without known hosts the host key is not verified', async () => {
    await expect(resolveRef({ ...remote, knownHosts: undefined }, 'main')).resolves.toMatchObject({ commit });
  });

  test.each<[string, () => Partial<Remote>, string]>([
    ['an unknown host', () => ({ knownHosts: other.knownHosts }), 'HostKeyUnknown'],
    ['empty known hosts', () => ({ knownHosts: '' }), 'HostKeyUnknown'],
    [
      'a changed host key',
      () => ({ knownHosts: other.knownHosts.replace(`:${other.port} `, `:${server.port} `) }),
      'HostKeyMismatch',
    ],
    [
      'a key that the server does not know',
      () => ({ credentials: { kind: 'sshKey', privateKey: other.privateKey } }),
      'AuthenticationFailed',
    ],
    [
      'a key that is none',
      () => ({ credentials: { kind: 'sshKey', privateKey: 'not a key' } }),
      'AuthenticationFailed',
    ],
    [
      'a key that is cut short',
      () => ({ credentials: { kind: 'sshKey', privateKey: server.privateKey.slice(0, 150) } }),
      'AuthenticationFailed',
    ],
    ['no key', () => ({ credentials: { kind: 'none' } }), 'AuthenticationFailed'],
    [
      'no such repository',
      () => ({ url: parseRepositoryUrl(server.url('missing.git'), 'standalone') }),
      'RepositoryNotFound',
    ],
    ['no server', () => ({ url: parseRepositoryUrl('ssh://git@127.0.0.1:1/x', 'standalone') }), 'GitUnreachable'],
  ])('%s is told', async (_name, change, reason) => {
    await expect(resolveRef({ ...remote, ...change() }, 'main')).rejects.toMatchObject({
      reason,
      message: expect.not.stringContaining('PRIVATE KEY'),
    });
  });
});

test('for a uid without a passwd entry ssh, and only ssh, is given one', () => {
  const passwd = { passwd: "/run/it's here/passwd", group: '/run/group' };
  expect(sshCommand({ key: undefined, knownHosts: undefined, passwd })).toMatch(
    /^LD_PRELOAD='libnss_wrapper\.so' NSS_WRAPPER_PASSWD='\/run\/it'\\''s here\/passwd' NSS_WRAPPER_GROUP='\/run\/group' ssh -F/,
  );
  expect(sshCommand({ key: undefined, knownHosts: undefined, passwd: undefined })).toMatch(/^ssh -F \/dev\/null /);
});
