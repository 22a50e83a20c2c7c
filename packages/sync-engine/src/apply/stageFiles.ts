import { closeSync, constants, fstatSync, fsyncSync, openSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { startBlobHash } from '../disk/blobHash.ts';
import type { Folder } from '../disk/openFolder.ts';
import { fileStat } from '../disk/fileStat.ts';
import type { FileStat } from '../disk/fileStat.ts';
import { fewFiles } from '../disk/barrier.ts';
import type { Operation } from '../plan/operations.ts';
import { writeWhole } from '../state/stateFiles.ts';
import { diskError, quotePath, stopIfAborted, syncError } from '../syncError.ts';
import type { BlobSink, Source } from '../types.ts';
import { checkContent } from './checkContent.ts';

export type WriteOperation = Operation & { readonly kind: 'write' };

export interface StageRequest {
  readonly source: Source;
  readonly writes: readonly WriteOperation[];
  /** Undefined: read and check everything, write nothing (dry run). */
  readonly stage: Folder | undefined;
  /** What has to stay free on the file system for journal, manifest and copies. */
  readonly reservedBytes: number;
  readonly signal: AbortSignal | undefined;
  readonly onStaged: (done: number) => void;
}

export interface Staged {
  readonly bytes: number;
  /** Bytes of each write, in order. */
  readonly sizes: readonly number[];
  /** Of the staged file of each write, in order; renaming keeps both. In a dry run they say nothing. */
  readonly inodes: Float64Array;
  readonly mtimesMs: Float64Array;
}

/**
 * Streams all new content into the stage and checks it on the way: hash, JSON syntax, git-lfs pointers, free space.
 * Few files are fsynced one by one as they are written. The live tree is not touched.
 * Throws `BlobMismatch`, `InvalidJson`, `LfsPointer`, `StorageFull`, `TargetReadOnly`, `TargetIOError`, `Cancelled`.
 */
export async function stageFiles(request: StageRequest): Promise<Staged> {
  const { source, writes, signal } = request;
  const sizes: number[] = [];
  const [inodes, mtimesMs] = [new Float64Array(writes.length), new Float64Array(writes.length)];
  if (writes.length === 0) return { bytes: 0, sizes, inodes, mtimesMs };
  let bytes = 0;
  let done = 0;
  let freeBytes = request.stage === undefined ? Infinity : freeBytesOf(request.stage) - request.reservedBytes;
  let current: StagedFile | undefined;
  const sink: BlobSink = {
    begin(index, size) {
      stopIfAborted(signal);
      const write = writes[index];
      if (write === undefined) throw syncError('BlobMismatch', 'the source delivered more files than were asked for');
      if (freeBytes < size) throw storageFull(write.path, request.stage);
      freeBytes -= size;
      sizes.push(size);
      current = openStagedFile(write, size, request);
    },
    write(chunk) {
      bytes += chunk.length;
      current?.write(chunk);
    },
    end() {
      const ended = current;
      current = undefined;
      const stat = ended?.finish();
      if (stat !== undefined) [inodes[done], mtimesMs[done]] = [stat.inode, stat.mtimeMs];
      request.onStaged(++done);
    },
  };
  try {
    const blobIds = writes.map((write) => write.blobId);
    await source.read(blobIds, sink, signal);
  } finally {
    current?.abandon();
  }
  if (done !== writes.length) {
    throw syncError('BlobMismatch', `the source delivered ${done} of ${writes.length} files`);
  }
  return { bytes, sizes, inodes, mtimesMs };
}

/** Removes what an earlier run left in the stage. */
export function sweepStage(stage: Folder): void {
  for (const name of readdirSync(stage.path)) rmSync(`${stage.path}/${name}`, { recursive: true, force: true });
}

interface StagedFile {
  write(chunk: Uint8Array): void;
  finish(): FileStat | undefined;
  abandon(): void;
}

function openStagedFile(write: WriteOperation, size: number, { source, stage, writes }: StageRequest): StagedFile {
  const hash = startBlobHash(source.blobHash, size);
  const check = checkContent(write.path, size);
  const onDisk = <Result>(call: () => Result): Result => {
    try {
      return call();
    } catch (error) {
      throw diskError(error, 'write', write.path);
    }
  };
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const path = stage && `${stage.path}/${write.slot}`;
  const file = path && onDisk(() => openSync(path, flags, write.executable ? 0o777 : 0o666));
  return {
    write(chunk) {
      hash.update(chunk);
      check.update(chunk);
      if (typeof file === 'number') onDisk(() => writeWhole(file, chunk));
    },
    finish() {
      const stat =
        typeof file === 'number'
          ? onDisk(() => {
              try {
                if (writes.length <= fewFiles) fsyncSync(file);
                return fileStat(fstatSync(file));
              } finally {
                closeSync(file);
              }
            })
          : undefined;
      if (hash.digest('hex') !== write.blobId) {
        throw syncError(
          'BlobMismatch',
          `the source delivered other content for ${quotePath(write.path)} than it listed`,
        );
      }
      check.finish();
      return stat;
    },
    abandon() {
      if (typeof file === 'number') closeSync(file);
    },
  };
}

export function freeBytesOf(folder: Folder): number {
  const { bavail, bsize } = statfsSync(folder.path);
  return bavail * bsize;
}

function storageFull(path: string, stage: Folder | undefined): Error {
  const free = stage === undefined ? 0 : Math.max(0, freeBytesOf(stage));
  return syncError(
    'StorageFull',
    `no room to stage ${quotePath(path)}: ${Math.floor(free / 1024)} KiB are free on the target's file system`,
    'free some space on the volume of the target',
  );
}
