import { rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { StokerError } from '@stoker/errors';
import { signAgain, writeWhole } from './resourceFolder.ts';

/** A change as somebody makes it in the Designer or on the gateway's pages. */
export interface LiveEdit {
  /** Relative to the data folder. */
  readonly path: string;
  /** Null deletes the file, and nothing is signed. */
  readonly content: string | Uint8Array | null;
  readonly actor: string;
}

/** Writes the file, adds it to its `resource.json` if it has one, and signs that. Throws `InvalidPath` on a way out of the folder. */
export async function editLive(dataDir: string, { path, content, actor }: LiveEdit): Promise<void> {
  if (posix.isAbsolute(path) || path.split('/').includes('..') || path === '') {
    throw new StokerError(`${path} does not lie in the data folder`, { reason: 'InvalidPath', class: 'stalled' });
  }
  if (content === null) return rm(join(dataDir, path), { force: true });
  await writeWhole(dataDir, path, content);
  const name = posix.basename(path);
  if (name !== 'resource.json') await signAgain(dataDir, posix.dirname(path), { actor, added: [name] });
}
