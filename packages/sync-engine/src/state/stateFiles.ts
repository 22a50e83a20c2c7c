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
import { diskError, errorCode, syncError } from '../syncError.ts';

/**
 * What is in them becomes objects in memory, and an agent has 256 MiB of it. A tree of 100,000 files needs a manifest of
 * 20 MiB.
 */
export const stateFileLimits = { bytes: 96 * 1024 * 1024, lines: 400_000, lineLength: 4 * 1024 * 1024 };
/** Of a file that is no more than a line. */
const maximumTextBytes = 64 * 1024;

/**
 * Replaces a file of the working folder so that it is whole or not there, also after a power loss. Throws `TargetUnsafe`,
 * and replaces nothing, where it would be longer than what is read back.
 */
export function writeStateFile(folder: Folder, name: string, pieces: Iterable<string>): void {
  const temporary = `${folder.path}/${name}.new`;
  try {
    removeIfThere(temporary);
    const file = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      for (const piece of withinLimits(name, pieces)) writeWhole(file, piece);
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

function* withinLimits(name: string, pieces: Iterable<string>): Generator<Uint8Array> {
  let bytes = 0;
  let lines = 0;
  for (const text of pieces) {
    const piece = Buffer.from(text);
    bytes += piece.length;
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines += 1;
    if (bytes > stateFileLimits.bytes || lines > stateFileLimits.lines) {
      const message = `.stoker/${name} would have more than ${stateFileLimits.lines} lines, or ${stateFileLimits.bytes} bytes`;
      throw syncError('TargetUnsafe', message, 'sync so many files to several targets');
    }
    yield piece;
  }
}

/** Replaces a file that nothing depends on: after a crash it may be missing, or half there. Throws what node:fs throws. */
export function writeSmallFile(path: string, text: string): void {
  removeIfThere(path);
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    writeWhole(file, Buffer.from(text));
  } finally {
    closeSync(file);
  }
}

/** Takes a file of the working folder away, durably. */
export function dropStateFile(folder: Folder, name: string): void {
  removeIfThere(`${folder.path}/${name}`);
  folder.sync();
}

/**
 * The lines of a file, read piece by piece; none where it is missing or no regular file. They end early, before the last
 * one, where there is more than anything that was written here could have.
 */
export function* readLines(path: string, limits = stateFileLimits): Generator<string> {
  const file = openStateFile(path, limits.bytes);
  if (file === undefined) return;
  try {
    const decoder = new StringDecoder('utf8');
    const buffer = Buffer.allocUnsafe(65_536);
    let rest = '';
    let count = 0;
    let bytes = 0;
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      bytes += read;
      const [first = '', ...more] = decoder.write(buffer.subarray(0, read)).split('\n');
      rest += first;
      for (const next of more) {
        count += 1;
        if (count > limits.lines || rest.length > limits.lineLength) return;
        yield rest;
        rest = next;
      }
      // It may have grown since it was opened.
      if (rest.length > limits.lineLength || bytes > limits.bytes) return;
    }
  } finally {
    closeSync(file);
  }
}

/** The whole of a small file of the working folder; undefined where it is missing, no regular file, or no small one. */
export function readText(path: string): string | undefined {
  const file = openStateFile(path, maximumTextBytes);
  if (file === undefined) return undefined;
  try {
    const buffer = Buffer.allocUnsafe(maximumTextBytes);
    let bytes = 0;
    for (let read = -1; read !== 0 && bytes < buffer.length; bytes += read) {
      read = readSync(file, buffer, bytes, buffer.length - bytes, null);
    }
    return buffer.toString('utf8', 0, bytes);
  } finally {
    closeSync(file);
  }
}

function openStateFile(path: string, maximumBytes: number): number | undefined {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = fstatSync(file);
    if (stats.isFile() && stats.size <= maximumBytes) return file;
    closeSync(file);
    return undefined;
  } catch (error) {
    // A link, and a socket.
    if (['ENOENT', 'ELOOP', 'ENXIO'].includes(errorCode(error) ?? '')) return undefined;
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
