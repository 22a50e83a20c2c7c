import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StokerError } from '@stoker/errors';
import type { KeyPair } from '../admission/server.ts';
import { checkKeyPair } from './keyPair.ts';

/** How often the files are compared. A mounted Secret changes by a swapped symlink, which file watchers miss. */
const pollMs = 5_000;

export interface KeyPairSource {
  readonly initial: KeyPair;
  stop(): void;
}

/** Reads `tls.crt` and `tls.key`, as cert-manager writes them, and reports each later pair that fits together. */
export async function keyPairFromFiles(
  directory: string,
  onChange: (pair: KeyPair) => void,
  onError: (error: unknown) => void,
  intervalMs = pollMs,
): Promise<KeyPairSource> {
  const initial = await readKeyPair(directory);
  if (!initial) throw mismatch(directory);
  let current = initial;
  let mismatches = 0;
  const check = async () => {
    const next = await readKeyPair(directory);
    mismatches = next ? 0 : mismatches + 1;
    // One look may fall between the writing of the two.
    if (mismatches === 2) throw mismatch(directory);
    if (!next || next.cert === current.cert) return;
    current = next;
    onChange(next);
  };
  const timer = setInterval(() => void check().catch(onError), intervalMs);
  return { initial, stop: () => clearInterval(timer) };
}

function mismatch(directory: string): StokerError {
  return new StokerError(`${directory} holds no matching tls.crt and tls.key`, {
    reason: 'InvalidCertificate',
    class: 'stalled',
    hint: 'mount the Secret of the serving certificate there',
  });
}

async function readKeyPair(directory: string): Promise<KeyPair | undefined> {
  const [cert, key] = await Promise.all(['tls.crt', 'tls.key'].map((name) => readFile(join(directory, name), 'utf8')));
  return checkKeyPair(cert ?? '', key ?? '');
}
