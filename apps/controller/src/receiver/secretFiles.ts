import { StokerError } from '@stoker/errors';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitKeys } from './webhookKeys.ts';

/** Files of mounted Secrets are replaced as a whole; they are small, and looked at no oftener than this. */
const rereadMs = 5_000;

export interface SecretSources {
  /** One secret a line. */
  readonly files: readonly string[];
  /** A mounted Secret: each of its keys is such a file. */
  readonly directory: string | undefined;
}

/**
 * The secrets of these files, together. None of an empty file: an empty secret would be one that everybody knows. What
 * cannot be read any more keeps what it last held.
 *
 * @throws StokerError `InvalidUsage` when one cannot be read at the start
 */
export function watchSecretFiles(
  sources: SecretSources,
  onError: (error: unknown) => void,
  now: () => number = Date.now,
): () => readonly string[] {
  let secrets = readSecrets(sources);
  let readAt = now();
  return () => {
    if (now() - readAt < rereadMs) return secrets;
    readAt = now();
    try {
      secrets = readSecrets(sources);
    } catch (error) {
      onError(error);
    }
    return secrets;
  };
}

function readSecrets({ files, directory }: SecretSources): readonly string[] {
  const mounted = directory === undefined ? [] : readNames(directory).map((name) => join(directory, name));
  return [...files, ...mounted].flatMap((file) => splitKeys(read(file)));
}

/** The keys of a mounted Secret; what begins with a dot is the kubelet's. */
function readNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => !name.startsWith('.'));
  } catch (cause) {
    throw unreadable('--webhook-secret-dir', directory, cause);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unreadable('--webhook-secret-file', file, cause);
  }
}

function unreadable(option: string, path: string, cause: unknown): StokerError {
  return new StokerError(`${option} ${path} cannot be read`, {
    reason: 'InvalidUsage',
    class: 'stalled',
    hint: 'name one that this process may read',
    cause,
  });
}
