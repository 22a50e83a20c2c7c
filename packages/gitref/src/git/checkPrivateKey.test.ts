import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkPrivateKey } from './checkPrivateKey.ts';

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gitref-key-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The texts of a new private key and of its public half. */
async function createKey(...options: string[]): Promise<{ text: string; publicText: string }> {
  const path = join(folder, randomUUID());
  await run('ssh-keygen', ['-q', '-C', '', '-f', path, ...options]);
  return { text: await readFile(path, 'utf8'), publicText: await readFile(`${path}.pub`, 'utf8') };
}

describe('a private key', () => {
  test.each([
    ['in OpenSSH form', ['-t', 'ed25519', '-N', '']],
    ['in PEM form', ['-t', 'ecdsa', '-m', 'PEM', '-N', '']],
    ['in PKCS#8 form', ['-t', 'ecdsa', '-m', 'PKCS8', '-N', '']],
  ])('%s is taken', async (_name, options) => {
    const { text } = await createKey(...options);
    expect(() => checkPrivateKey(text)).not.toThrow();
  });

  test.each([
    ['in OpenSSH form', ['-t', 'ed25519']],
    ['in PEM form', ['-t', 'ecdsa', '-m', 'PEM']],
    ['in PKCS#8 form', ['-t', 'ecdsa', '-m', 'PKCS8']],
  ])('with a passphrase %s is told as that, and how to make one without', async (_name, options) => {
    const { text } = await createKey(...options, '-N', 'hunter2');
    expect(() => checkPrivateKey(text)).toThrow(
      expect.objectContaining({
        reason: 'AuthenticationFailed',
        message: expect.stringContaining('passphrase'),
        hint: expect.stringContaining('ssh-keygen'),
      }),
    );
  });

  test('is not the public half', async () => {
    const { publicText } = await createKey('-t', 'ed25519', '-N', '');
    expect(() => checkPrivateKey(publicText)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('public') }),
    );
  });

  test.each([[''], ['not a key'], ['c3NoLWVkMjU1MTk=']])('is not %j', (text) => {
    expect(() => checkPrivateKey(text)).toThrow(expect.objectContaining({ message: 'the SSH key is no key' }));
  });
});
