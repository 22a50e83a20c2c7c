import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createRedactor } from '@stoker/logging';
import { remoteOf } from '../converge/remoteOf.ts';
import { credentialsVersion, readCredentials, repositoryOf } from './credentials.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-credentials-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const repository = { url: 'https://git.example.com/plant.git', authKind: 'token' } as const;

test('a mounted token is used trimmed, and protected from logs before anyone sees it', async () => {
  writeFileSync(join(folder, 'token'), 's3cret-token\n');
  writeFileSync(join(folder, 'username'), 'ci\n');
  const redactor = createRedactor();
  const found = repositoryOf(repository, await readCredentials(folder, redactor), 'cluster');
  expect(found.credentials).toEqual({ kind: 'token', token: 's3cret-token', username: 'ci' });
  expect(redactor.redact('with s3cret-token')).toBe('with [redacted]');
});

test('a key comes with the host keys and the CA that are mounted', async () => {
  for (const name of ['ssh-privatekey', 'known_hosts', 'ca.crt']) writeFileSync(join(folder, name), name);
  const mounted = await readCredentials(folder, createRedactor());
  const ssh = { url: 'git@git.example.com:plant.git', authKind: 'sshKey' } as const;
  expect(repositoryOf(ssh, mounted, 'cluster')).toMatchObject({
    credentials: { kind: 'sshKey', privateKey: 'ssh-privatekey' },
    knownHosts: 'known_hosts',
    caBundle: 'ca.crt',
  });
});

test('without the Secret what needs none works, and what needs one says what is missing', async () => {
  const mounted = await readCredentials(join(folder, 'absent'), createRedactor());
  expect(repositoryOf({ ...repository, authKind: 'none' }, mounted, 'cluster').credentials).toEqual({ kind: 'none' });
  expect(() => repositoryOf(repository, mounted, 'cluster')).toThrow(
    expect.objectContaining({ reason: 'CredentialsMissing', message: expect.stringContaining('token') }),
  );
});

test('in the cluster a repository on this machine is refused', () => {
  const local = { url: 'file:///etc', authKind: 'none' } as const;
  expect(() => remoteOf(repositoryOf(local, {}, 'cluster'))).toThrow(
    expect.objectContaining({ reason: 'InvalidRepositoryUrl' }),
  );
});

test('an exchange by the kubelet changes the version', () => {
  const absent = credentialsVersion(join(folder, 'absent'));
  for (const data of ['..1', '..2']) mkdirSync(join(folder, data));
  symlinkSync('..1', join(folder, '..data'));
  const before = credentialsVersion(folder);
  rmSync(join(folder, '..data'));
  symlinkSync('..2', join(folder, '..data'));
  expect(new Set([absent, before, credentialsVersion(folder)]).size).toBe(3);
});
