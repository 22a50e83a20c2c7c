import { constants } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@stoker/logging';

/** More than any of them has. */
const maximumBytes = 4 * 1024 * 1024;
/** A folder in its way is opened like a file, and seen then. */
const oddCodes: ReadonlySet<unknown> = new Set(['ELOOP', 'ENXIO', 'EACCES', 'EPERM']);

/**
 * What a JSON file of the agent's own in `.stoker/` holds, on the volume for the next process and the next pod. Whoever runs
 * scripts in the gateway may put anything there: what is no such file counts as none, is told in the log, and is no reason
 * not to open the folder.
 */
export async function readRecord(dataDirectory: string, name: string, log: Logger): Promise<unknown> {
  try {
    await using file = await open(
      pathOf(dataDirectory, name),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    const stats = await file.stat();
    if (!stats.isFile() || stats.size > maximumBytes) return void tellOdd(log, name);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(stats.size), 0, stats.size, 0);
    return JSON.parse(buffer.toString('utf8', 0, bytesRead));
  } catch (error) {
    if (!Error.isError(error)) throw error;
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    if (error.name === 'SyntaxError' || oddCodes.has(codeOf(error))) return void tellOdd(log, name, error);
    throw error;
  }
}

function tellOdd(log: Logger, name: string, error?: Error): void {
  log.warn('damaged file in the working folder; it counts as none', { reason: `.stoker/${name}`, error });
}

/** Replaces the file in one step, whatever is in its place; undefined removes it. The engine has made the folder by then. */
export async function writeRecord(dataDirectory: string, name: string, value: object | undefined): Promise<void> {
  const path = pathOf(dataDirectory, name);
  if (value === undefined) return rm(path, anything);
  // There may be a link: it is never written through.
  await rm(`${path}.new`, anything);
  await writeFile(`${path}.new`, JSON.stringify(value), { flag: 'wx' });
  try {
    await rename(`${path}.new`, path);
  } catch (error) {
    if (!Error.isError(error) || codeOf(error) !== 'EISDIR') throw error;
    await rm(path, anything);
    await rename(`${path}.new`, path);
  }
}

const anything = { recursive: true, force: true } as const;

function pathOf(dataDirectory: string, name: string): string {
  return join(dataDirectory, '.stoker', name);
}

function codeOf(error: Error): unknown {
  return 'code' in error ? error.code : undefined;
}
