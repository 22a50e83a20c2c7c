import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, readlinkSync } from 'node:fs';
import { errorCode } from '../syncError.ts';
import type { Source } from '../types.ts';
import { fileStat } from './fileStat.ts';
import type { FileStat } from './fileStat.ts';

export type BlobHash = Source['blobHash'];

const chunkBytes = 256 * 1024;

/** Starts the hash that names a blob of this size; git puts kind and size in front of the content. */
export function startBlobHash(algorithm: BlobHash, sizeBytes: number): Hash {
  if (algorithm === 'sha256') return createHash('sha256');
  return createHash(algorithm === 'git-sha1' ? 'sha1' : 'sha256').update(`blob ${sizeBytes}\0`);
}

/** The id of some text as a blob, which is also how git names a symbolic link. */
function blobIdOf(content: string, algorithm: BlobHash): string {
  const bytes = Buffer.from(content);
  return startBlobHash(algorithm, bytes.length).update(bytes).digest('hex');
}

export function linkBlobId(path: string, algorithm: BlobHash): string {
  return blobIdOf(readlinkSync(path), algorithm);
}

/**
 * Reads a regular file once and names it by each algorithm asked for. The stat is from before the reading: a change
 * meanwhile shows as a changed stat the next time. Never follows a link, never waits for a FIFO; undefined where the
 * path is no regular file (any more). Throws what node:fs throws.
 */
export function hashFile(
  path: string,
  algorithms: readonly BlobHash[],
): { readonly stat: FileStat; readonly blobIds: readonly string[] } | undefined {
  const file = openFile(path);
  if (file === undefined) return undefined;
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) return undefined;
    const hashes = algorithms.map((algorithm) => startBlobHash(algorithm, stats.size));
    const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(stats.size, chunkBytes)));
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      for (const hash of hashes) hash.update(buffer.subarray(0, read));
    }
    return { stat: fileStat(stats), blobIds: hashes.map((hash) => hash.digest('hex')) };
  } finally {
    closeSync(file);
  }
}

/** Of a file or link; undefined where there is neither. Throws what node:fs throws. */
export function blobIdAt(path: string, algorithm: BlobHash): string | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  return stats.isSymbolicLink() ? linkBlobId(path, algorithm) : hashFile(path, [algorithm])?.blobIds[0];
}

/** Undefined for a socket, which cannot be opened. */
function openFile(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (errorCode(error) === 'ENXIO') return undefined;
    throw error;
  }
}
