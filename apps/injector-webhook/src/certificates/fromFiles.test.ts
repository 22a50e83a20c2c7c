import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { generate } from 'selfsigned';
import type { KeyPair } from '../admission/server.ts';
import { keyPairFromFiles, type KeyPairSource } from './fromFiles.ts';
import { addToBundle } from './selfManaged.ts';
import { expiresAt } from './keyPair.ts';

let directory: string;
let source: KeyPairSource | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stoker-injector-'));
});

afterEach(async () => {
  source?.stop();
  await rm(directory, { recursive: true });
});

async function newPair(): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: 'injector' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
  });
  return { cert: made.cert, key: made.private };
}

const write = (name: 'tls.crt' | 'tls.key', text: string) => writeFile(join(directory, name), text);

describe('keyPairFromFiles', () => {
  test('keeps the old pair while a new one is half written, then takes it over', async () => {
    const [first, second] = [await newPair(), await newPair()];
    await write('tls.crt', first.cert);
    await write('tls.key', first.key);
    const changes: KeyPair[] = [];
    const changed = Promise.withResolvers<void>();
    source = await keyPairFromFiles(
      directory,
      (pair) => {
        changes.push(pair);
        changed.resolve();
      },
      () => {},
      5,
    );
    expect(source.initial).toEqual(first);
    await write('tls.crt', second.cert);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(changes).toEqual([]);
    await write('tls.key', second.key);
    await changed.promise;
    expect(changes).toEqual([second]);
  });

  test('says once of a pair that does not come to fit together that the old one stays', async () => {
    const [first, second] = [await newPair(), await newPair()];
    await write('tls.crt', first.cert);
    await write('tls.key', first.key);
    const errors: unknown[] = [];
    const told = Promise.withResolvers<void>();
    const changed = Promise.withResolvers<KeyPair>();
    source = await keyPairFromFiles(
      directory,
      changed.resolve,
      (error) => {
        errors.push(error);
        told.resolve();
      },
      5,
    );
    await write('tls.crt', second.cert);
    await told.promise;
    await new Promise((resolve) => setTimeout(resolve, 40));
    await write('tls.key', second.key);
    expect(await changed.promise).toEqual(second);
    expect(errors).toEqual([expect.objectContaining({ reason: 'InvalidCertificate' })]);
  });

  test('refuses to start with a key that does not belong to the certificate', async () => {
    await write('tls.crt', (await newPair()).cert);
    await write('tls.key', (await newPair()).key);
    await expect(
      keyPairFromFiles(
        directory,
        () => {},
        () => {},
      ),
    ).rejects.toMatchObject({ reason: 'InvalidCertificate' });
  });
});

describe('addToBundle', () => {
  test('puts the new certificate first, keeps valid ones once, and drops what has expired or is none', async () => {
    const [a, b] = [await newPair(), await newPair()];
    const bundle = addToBundle(
      `-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n${a.cert}`,
      b.cert,
      Date.now(),
    );
    expect(bundle).toBe(`${b.cert.trim()}\n${a.cert.trim()}`);
    expect(addToBundle(bundle, b.cert, Date.now())).toBe(bundle);
    expect(addToBundle(bundle, b.cert, expiresAt(a.cert) + 1)).toBe(b.cert.trim());
  });
});
