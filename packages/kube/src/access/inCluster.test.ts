import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { inClusterAccess } from './inCluster.ts';

let folder: string;
let now: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-in-cluster-'));
  now = 0;
  write('token', 'one\n');
  write('ca.crt', 'a bundle');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function open() {
  const access = inClusterAccess(folder, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, () => now);
  return {
    access,
    authorization: async () => (await access.connect()).headers['Authorization'],
  };
}

describe('the token of a pod', () => {
  test('is read again after a minute, and not before', async () => {
    const { authorization } = open();
    expect(await authorization()).toBe('Bearer one');
    write('token', 'two');
    now = 59_999;
    expect(await authorization()).toBe('Bearer one');
    now = 60_000;
    expect(await authorization()).toBe('Bearer two');
  });

  test('is read again as soon as the server has refused it', async () => {
    const { access, authorization } = open();
    const { refused } = await access.connect();
    write('token', 'two');
    refused?.();
    expect(await authorization()).toBe('Bearer two');
  });

  test.each([
    ['gone', () => rmSync(join(folder, 'token'))],
    ['empty', () => write('token', '')],
  ])('stays in use while its file is %s, even if it was refused', async (_, lose) => {
    const { access, authorization } = open();
    const { refused } = await access.connect();
    lose();
    now = 60_000;
    expect(await authorization()).toBe('Bearer one');
    refused?.();
    expect(await authorization()).toBe('Bearer one');
    write('token', 'two');
    expect(await authorization()).toBe('Bearer two');
  });

  test('is an error while it could never be read', async () => {
    rmSync(join(folder, 'token'));
    await expect(open().access.connect()).rejects.toThrow('ENOENT');
  });
});

test('connections are kept for as long as the CA bundle is the same, and while it cannot be read', async () => {
  const { access } = open();
  const { agent } = await access.connect();
  rmSync(join(folder, 'ca.crt'));
  now = 60_000;
  expect((await access.connect()).agent).toBe(agent);
  write('ca.crt', 'a bundle');
  expect((await access.connect()).agent).toBe(agent);
  write('ca.crt', 'another bundle');
  now = 120_000;
  expect((await access.connect()).agent).not.toBe(agent);
});
