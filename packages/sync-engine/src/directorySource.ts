import { closeSync, constants, fstatSync, openSync, readSync, readdirSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { hashFile } from './disk/blobHash.ts';
import { comparePaths, isInside, joinPath } from './paths/relativePath.ts';
import { errorCode, quotePath, sourceError, syncError } from './syncError.ts';
import type { BlobSink, Source, SourceEntry } from './types.ts';

const batchSize = 500;
const chunkBytes = 256 * 1024;

/**
 * A directory as a source. Listing reads every file, since nothing less tells what is in it (`id` is undefined). Links
 * are listed, not followed; what is neither file, folder nor link is refused. `.git` is no part of a work tree and left
 * out. Throws `SourceMissing`, and `SourceIOError` for what is there and cannot be read.
 */
export function directorySource(path: string): Source {
  const pathOfBlob = new Map<string, string>();

  function* listFolder(folder: string, under: readonly string[]): Generator<SourceEntry> {
    for (const entry of readFolder(path, folder)) {
      const entryPath = joinPath(folder, entry.name);
      const isWanted = under.some((wanted) => isInside(entryPath, wanted));
      if (entry.isDirectory()) {
        if (isWanted || under.some((wanted) => isInside(wanted, entryPath))) yield* listFolder(entryPath, under);
      } else if (isWanted || (entry.isSymbolicLink() && under.some((wanted) => isInside(wanted, entryPath)))) {
        yield describe(entryPath, entry);
      }
    }
  }

  const describe = (entryPath: string, entry: Dirent): SourceEntry => {
    if (entry.isSymbolicLink()) return { path: entryPath, kind: 'symlink', executable: false, blobId: '' };
    const hash = () => hashFile(`${path}/${entryPath}`, ['sha256']);
    const hashed = entry.isFile() ? reading(entryPath, hash) : undefined;
    const blobId = hashed?.blobIds[0];
    if (hashed === undefined || blobId === undefined) {
      throw syncError('SourceMissing', `${quotePath(entryPath)} in the source is no regular file`, 'exclude it');
    }
    pathOfBlob.set(blobId, entryPath);
    return { path: entryPath, kind: 'file', executable: hashed.stat.executable, blobId };
  };

  return {
    id: undefined,
    blobHash: 'sha256',
    async *list(under, signal) {
      const wanted = under.map((folder) => (folder === '.' ? '' : folder));
      let batch: SourceEntry[] = [];
      for (const entry of listFolder('', wanted)) {
        signal?.throwIfAborted();
        batch.push(entry);
        if (batch.length < batchSize) continue;
        yield batch;
        batch = [];
      }
      yield batch;
    },
    async read(blobIds, sink, signal) {
      for (const [index, blobId] of blobIds.entries()) {
        signal?.throwIfAborted();
        const blobPath = pathOfBlob.get(blobId);
        if (blobPath === undefined) throw syncError('BlobMismatch', `the source never listed the blob ${blobId}`);
        copyInto(sink, index, path, blobPath);
      }
    },
  };
}

function copyInto(sink: BlobSink, index: number, root: string, path: string): void {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = reading(path, () => openSync(`${root}/${path}`, flags));
  try {
    // Only the reading is of the source: what the sink throws is about the target.
    sink.begin(index, reading(path, () => fstatSync(file)).size);
    const buffer = Buffer.allocUnsafe(chunkBytes);
    const next = (): number => reading(path, () => readSync(file, buffer));
    for (let read = next(); read > 0; read = next()) sink.write(buffer.subarray(0, read));
    sink.end();
  } finally {
    closeSync(file);
  }
}

function reading<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw sourceError(error, 'read', path);
  }
}

function readFolder(root: string, folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder === '' ? root : `${root}/${folder}`, { withFileTypes: true });
    return entries.filter(({ name }) => name !== '.git').toSorted((left, right) => comparePaths(left.name, right.name));
  } catch (error) {
    if (folder === '' && isGone(error)) {
      throw syncError(
        'SourceMissing',
        `cannot list the source ${quotePath(root)}: ${errorCode(error)}`,
        undefined,
        error,
      );
    }
    throw sourceError(error, 'list', folder);
  }
}

function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
}
