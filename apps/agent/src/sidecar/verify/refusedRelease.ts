import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A release that the gateway did not bear. It is not tried again until another one comes or a person asks. */
export interface RefusedRelease {
  readonly releaseId: string;
  readonly commit: string;
  /** The `syncRequest` that had been answered by then. */
  readonly request: string | undefined;
  readonly message: string;
  readonly sinceMs: number;
}

const fileName = 'refused.json';

/**
 * On the volume, so that a new pod does not try it again either. Whoever can forge it can change the folder itself. What
 * is damaged counts as none: the release is tried once more.
 */
export async function readRefused(dataDirectory: string): Promise<RefusedRelease | undefined> {
  try {
    return parseRefused(JSON.parse(await readFile(pathOf(dataDirectory), 'utf8')));
  } catch (error) {
    if (Error.isError(error) && (error.name === 'SyntaxError' || codeOf(error) === 'ENOENT')) return undefined;
    throw error;
  }
}

/** Replaces the record in one step; undefined removes it. */
export async function writeRefused(dataDirectory: string, refused: RefusedRelease | undefined): Promise<void> {
  const path = pathOf(dataDirectory);
  if (refused === undefined) return rm(path, { force: true });
  // Whoever runs scripts in the gateway may have put a link there: it is never written through.
  await rm(`${path}.new`, { force: true });
  await writeFile(`${path}.new`, JSON.stringify(refused), { flag: 'wx' });
  await rename(`${path}.new`, path);
}

function pathOf(dataDirectory: string): string {
  return join(dataDirectory, '.stoker', fileName);
}

function parseRefused(value: unknown): RefusedRelease | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { releaseId, commit, request, message, sinceMs }: Partial<Record<keyof RefusedRelease, unknown>> = value;
  if (typeof releaseId !== 'string' || typeof commit !== 'string' || typeof message !== 'string') return undefined;
  if (typeof sinceMs !== 'number' || Number.isNaN(new Date(sinceMs).getTime())) return undefined;
  return { releaseId, commit, request: typeof request === 'string' ? request : undefined, message, sinceMs };
}

function codeOf(error: Error): unknown {
  return 'code' in error ? error.code : undefined;
}
