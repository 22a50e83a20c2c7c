import { readFileSync } from 'node:fs';
import { StokerError } from '@stoker/errors';
import { splitKeys } from './webhookKeys.ts';

/** Files of mounted Secrets are replaced as a whole; they are small, and looked at no oftener than this. */
const rereadMs = 5_000;

/**
 * The secrets of these files, together. A file that cannot be read any more keeps what it last held.
 *
 * @throws StokerError `InvalidUsage` when one cannot be read at the start, or holds nothing: an empty secret would be one
 *   that everybody knows.
 */
export function watchSecretFiles(
  files: readonly string[],
  onError: (error: unknown) => void,
  now: () => number = Date.now,
): () => readonly string[] {
  let secrets = files.flatMap(readSecrets);
  let readAt = now();
  return () => {
    if (now() - readAt < rereadMs) return secrets;
    readAt = now();
    try {
      secrets = files.flatMap(readSecrets);
    } catch (error) {
      onError(error);
    }
    return secrets;
  };
}

function readSecrets(file: string): readonly string[] {
  const secrets = splitKeys(read(file));
  if (secrets.length > 0) return secrets;
  throw new StokerError(`--webhook-secret-file ${file} holds no secret`, {
    reason: 'InvalidUsage',
    class: 'stalled',
    hint: 'write one secret a line, or leave the option out',
  });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StokerError(`--webhook-secret-file ${file} cannot be read`, {
      reason: 'InvalidUsage',
      class: 'stalled',
      hint: 'name a file that this process may read',
      cause,
    });
  }
}
