import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { Deliver } from './createSink.ts';

export interface FileTarget {
  readonly path: string;
  /** When the next lines would take the file beyond it, it becomes `path.1`, and that one `path.2`. */
  readonly maxBytes?: number | undefined;
  /** How many older files are kept. */
  readonly keep?: number | undefined;
}

const defaultMaxBytes = 64 * 1024 * 1024;
const defaultKeep = 5;

/**
 * Appends lines to a file that belongs to one process, and has them on the disk before it says so. It is opened anew each
 * time: whoever moves it away for a rotation of their own finds a new one.
 */
export function appendToFile({ path, maxBytes = defaultMaxBytes, keep = defaultKeep }: FileTarget): Deliver {
  return async (lines) => {
    const text = lines.map((line) => `${line}\n`).join('');
    const size = await append(path, text, maxBytes);
    if (size === undefined) {
      await rotate(path, keep);
      await append(path, text, Number.POSITIVE_INFINITY);
    }
  };
}

/** Answers the size before; undefined where the file has no room for it, and nothing was written. */
async function append(path: string, text: string, maxBytes: number): Promise<number | undefined> {
  const file = await open(path, 'a+', 0o600);
  try {
    const { size } = await file.stat();
    if (size > 0 && size + Buffer.byteLength(text) > maxBytes) return undefined;
    await write(file, size, (await endsInLine(file, size)) ? text : `\n${text}`);
    return size;
  } finally {
    await file.close();
  }
}

/** All or nothing: what a full disk took of it is taken back, so that another try repeats no part of it. */
async function write(file: FileHandle, size: number, text: string): Promise<void> {
  try {
    await file.appendFile(text);
    await file.datasync();
  } catch (error) {
    await file.truncate(size);
    throw error;
  }
}

/** A process that was killed may have left half a line. */
async function endsInLine(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return true;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() === '\n';
}

async function rotate(path: string, keep: number): Promise<void> {
  if (keep < 1) return rm(path, { force: true });
  for (let number = keep - 1; number >= 1; number--) await moveIfThere(`${path}.${number}`, `${path}.${number + 1}`);
  await rename(path, `${path}.1`);
}

async function moveIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(Error.isError(error) && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
