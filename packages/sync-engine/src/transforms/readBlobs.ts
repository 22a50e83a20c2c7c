import { createHash } from 'node:crypto';
import { syncError } from '../syncError.ts';
import type { BlobSink, Source } from '../types.ts';

/** A transform holds a whole file in memory, and a sidecar has little of it. */
const longestBytes = 16 * 1024 * 1024;

/** Hands over blobs one after the other, each whole. `nameOf` says in errors whose content is too long. */
export async function readBlobs(
  source: Source,
  blobIds: readonly string[],
  options: {
    readonly signal: AbortSignal | undefined;
    readonly nameOf: (index: number) => string;
    readonly take: (content: Uint8Array, index: number) => void;
  },
): Promise<void> {
  const collector = collecting(options.nameOf);
  const sink: BlobSink = {
    begin: (index, size) => collector.begin(index, size),
    write: (bytes) => collector.write(bytes),
    end: () => options.take(collector.content(), collector.index),
  };
  if (blobIds.length > 0) await source.read(blobIds, sink, options.signal);
}

/** The lowercase hex SHA-256 of each blob, in their order, however long they are. */
export async function hashBlobs(
  source: Source,
  blobIds: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const hashes: string[] = [];
  let hash = createHash('sha256');
  const sink: BlobSink = {
    begin: () => void (hash = createHash('sha256')),
    write: (bytes) => void hash.update(bytes),
    end: () => void hashes.push(hash.digest('hex')),
  };
  if (blobIds.length > 0) await source.read(blobIds, sink, signal);
  return hashes;
}

/** Puts the pieces of one blob together. */
export function collecting(nameOf: (index: number) => string) {
  let pieces: Uint8Array[] = [];
  let current = 0;
  return {
    begin(index: number, size: number): void {
      if (size > longestBytes) {
        throw syncError(
          'TransformFailed',
          `${nameOf(index)} has ${size} bytes: more than the ${longestBytes} that can be transformed`,
          'exclude it from the mapping with the transform, and map it on its own',
        );
      }
      current = index;
      pieces = [];
    },
    // Copied: whoever writes may use its buffer again.
    write: (bytes: Uint8Array): void => void pieces.push(Uint8Array.from(bytes)),
    content: (): Uint8Array => Buffer.concat(pieces),
    get index() {
      return current;
    },
  };
}
