import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkPrivateKey } from './checkPrivateKey.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gitref-key-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function key(name: string, ...options: string[]): string {
  const path = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-C', '', '-f', path, ...options]);
  return path;
}

describe('a private key', () => {
  test.each([
    ['in OpenSSH form', ['-t', 'ed25519', '-N', '']],
    ['in PEM form', ['-t', 'ecdsa', '-m', 'PEM', '-N', '']],
    ['in PKCS#8 form', ['-t', 'ecdsa', '-m', 'PKCS8', '-N', '']],
  ])('%s is taken', (name, options) => {
    expect(() => checkPrivateKey(readFileSync(key(name, ...options), 'utf8'))).not.toThrow();
  });

  test.each([
    ['in OpenSSH form', ['-t', 'ed25519']],
    ['in PEM form', ['-t', 'ecdsa', '-m', 'PEM']],
    ['in PKCS#8 form', ['-t', 'ecdsa', '-m', 'PKCS8']],
  ])('with a passphrase %s is told as that, and how to make one without', (name, options) => {
    const text = readFileSync(key(`${name} locked`, ...options, '-N', 'hunter2'), 'utf8');
    expect(() => checkPrivateKey(text)).toThrow(
      expect.objectContaining({
        reason: 'AuthenticationFailed',
        message: expect.stringContaining('passphrase'),
        hint: expect.stringContaining('ssh-keygen'),
      }),
    );
  });

  test('is not the public half', () => {
    const text = readFileSync(`${key('pair', '-t', 'ed25519', '-N', '')}.pub`, 'utf8');
    expect(() => checkPrivateKey(text)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('public') }),
    );
  });

  test.each([[''], ['not a key'], ['c3NoLWVkMjU1MTk=']])('is not %j', (text) => {
    expect(() => checkPrivateKey(text)).toThrow(expect.objectContaining({ message: 'the SSH key is no key' }));
  });
});
