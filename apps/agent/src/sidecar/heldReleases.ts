import { parseMetadataDocument, releaseId, type MetadataDocument, type Release } from '@stoker/crd-types';
import { describeError } from '@stoker/errors';
import type { Logger } from '@stoker/logging';
import type { SyncDependencies } from './performSync.ts';
import { readRecord, writeRecord } from './records.ts';
import type { AgentState } from './state.ts';

/** A release that came to the folder, whole: the agent's document knows the one that is wanted alone. */
export interface HeldRelease {
  readonly release: Release;
  /** Read from the volume, where the gateway's scripts can forge it. */
  readonly isFromDisk: boolean;
}

const fileName = 'releases.json';
/** The one that the folder holds, and the one that a rollback goes back to. */
const mostHeld = 2;

export function holding(held: readonly HeldRelease[], release: Release): readonly HeldRelease[] {
  return [{ release, isFromDisk: false }, ...without(held, release.id)].slice(0, mostHeld);
}

export function without(held: readonly HeldRelease[], id: string): readonly HeldRelease[] {
  return held.filter(({ release }) => release.id !== id);
}

/**
 * The release that the folder holds, where that is not the wanted one. One that was read from the volume counts only where
 * the API server has the word of an earlier agent that it was synced here: its id says what is in it.
 */
export function heldInstead(
  { applied, heldReleases, reportedReleaseIds }: AgentState,
  wanted: Pick<Release, 'id' | 'repository'>,
): Release | undefined {
  if (applied === undefined || applied.id === wanted.id) return undefined;
  const found = heldReleases.find(({ release }) => release.id === applied.id);
  if (found === undefined || found.release.repository !== wanted.repository) return undefined;
  return found.isFromDisk && !reportedReleaseIds.includes(applied.id) ? undefined : found.release;
}

/**
 * Puts them on record for the next process, as documents that hold nothing else: a proxy may have a password, and the gateway
 * reads the volume. Never throws.
 */
export async function recordHeld(
  { cell, environment, log }: Pick<SyncDependencies, 'cell' | 'environment' | 'log'>,
  { schema, crName, gatewayName, podUID, gateway }: MetadataDocument,
): Promise<void> {
  const documents = cell.state.heldReleases.map(({ release }): MetadataDocument => {
    const repository = { url: release.repository, authKind: 'none' } as const;
    return { schema, crName, gatewayName, podUID, gateway, repository, release };
  });
  try {
    await writeRecord(environment.dataDirectory, fileName, documents);
  } catch (error) {
    log.error('releases of the folder not on record; a new agent may not find live edits', { error });
  }
}

/** What is damaged, or is not what its id says, is left out. */
export async function readHeld(dataDirectory: string, log: Logger): Promise<readonly HeldRelease[]> {
  const documents = await readRecord(dataDirectory, fileName, log);
  if (!Array.isArray(documents)) return [];
  return documents
    .slice(0, mostHeld)
    .map((document) => parseRelease(document, log))
    .filter((release) => release !== undefined)
    .filter(({ id, commit, profile }) => id === releaseId(commit, profile))
    .map((release) => ({ release, isFromDisk: true }));
}

function parseRelease(document: unknown, log: Logger): Release | undefined {
  try {
    return parseMetadataDocument(JSON.stringify(document)).release;
  } catch (error) {
    log.warn('damaged file in the working folder; it counts as none', {
      reason: `.stoker/${fileName}`,
      error: describeError(error).message,
    });
    return undefined;
  }
}
