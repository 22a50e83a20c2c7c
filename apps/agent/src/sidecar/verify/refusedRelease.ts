import type { Logger } from '@stoker/logging';
import type { SyncDependencies } from '../performSync.ts';
import { readRecord, writeRecord } from '../records.ts';

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
export async function readRefused(dataDirectory: string, log: Logger): Promise<RefusedRelease | undefined> {
  return parseRefused(await readRecord(dataDirectory, fileName, log));
}

/** Replaces the record in one step; undefined removes it. */
export async function writeRefused(dataDirectory: string, refused: RefusedRelease | undefined): Promise<void> {
  await writeRecord(dataDirectory, fileName, refused);
}

/** Removes the record. A disk that does not let us keeps it, and with it the release from being tried again by a new process. */
export async function forgetRefused({
  environment,
  log,
}: Pick<SyncDependencies, 'log'> & {
  readonly environment: Pick<SyncDependencies['environment'], 'dataDirectory'>;
}): Promise<void> {
  try {
    await writeRefused(environment.dataDirectory, undefined);
  } catch (error) {
    log.error('record of a refused release not removed', { error });
  }
}

function parseRefused(value: unknown): RefusedRelease | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { releaseId, commit, request, message, sinceMs }: Partial<Record<keyof RefusedRelease, unknown>> = value;
  if (typeof releaseId !== 'string' || typeof commit !== 'string' || typeof message !== 'string') return undefined;
  if (typeof sinceMs !== 'number' || Number.isNaN(new Date(sinceMs).getTime())) return undefined;
  return { releaseId, commit, request: typeof request === 'string' ? request : undefined, message, sinceMs };
}
