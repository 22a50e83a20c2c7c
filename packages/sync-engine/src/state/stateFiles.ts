import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { Folder } from '../disk/openFolder.ts';
import { diskError, errorCode } from '../syncError.ts';

const maximumBytes = 512 * 1024 * 1024;

/** Replaces a file of the working folder so that it is whole or not there, also after a power loss. */
export function writeStateFile(folder: Folder, name: string, pieces: Iterable<string>): void {
  const temporary = `${folder.path}/${name}.new`;
  try {
    removeIfThere(temporary);
    const file = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      for (const piece of pieces) writeWhole(file, Buffer.from(piece));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, `${folder.path}/${name}`);
    folder.sync();
  } catch (error) {
    throw diskError(error, 'write', `.stoker/${name}`);
  }
}

/** Takes a file of the working folder away, durably. */
export function dropStateFile(folder: Folder, name: string): void {
  removeIfThere(`${folder.path}/${name}`);
  folder.sync();
}

/** The lines of a file, read piece by piece; none where it is missing, no regular file, or absurdly large. */
export function* readLines(path: string): Generator<string> {
  const file = openStateFile(path);
  if (file === undefined) return;
  try {
    const decoder = new StringDecoder('utf8');
    const buffer = Buffer.allocUnsafe(65_536);
    let rest = '';
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      const lines = (rest + decoder.write(buffer.subarray(0, read))).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    closeSync(file);
  }
}

/** The whole of a small file of the working folder; undefined where `readLines` would give none. */
export function readText(path: string): string | undefined {
  const file = openStateFile(path);
  if (file === undefined) return undefined;
  closeSync(file);
  return [...readLines(path), ''].join('\n');
}

function openStateFile(path: string): number | undefined {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = fstatSync(file);
    if (stats.isFile() && stats.size <= maximumBytes) return file;
    closeSync(file);
    return undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ELOOP') return undefined;
    throw diskError(error, 'read', path);
  }
}

/** A write may be short; the kernel says how much it took. */
export function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    written += writeSync(file, bytes, written, bytes.length - written);
  }
}

export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
