import { lstatSync } from 'node:fs';
import { stateFolderName } from '../desired/guard.ts';
import { journalName, undoJournalName } from '../state/journal.ts';
import { inspectLock } from '../state/lock.ts';
import { readManifestHeader } from '../state/manifestFile.ts';
import { listSnapshots } from '../state/snapshots.ts';
import type { TargetStatus } from '../types.ts';

/** What the working folder says about the target, without looking at the target itself. Takes no lock, changes nothing. */
export async function readStatus(target: string): Promise<TargetStatus> {
  const path = `${target}/${stateFolderName}`;
  const isFolder = lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const header = isFolder ? readManifestHeader(path) : undefined;
  const isThere = (name: string): boolean => lstatSync(`${path}/${name}`, { throwIfNoEntry: false }) !== undefined;
  const lock = isFolder ? inspectLock(`${path}/lock`) : undefined;
  return {
    release: header?.release,
    syncedAt: header?.syncedAt,
    files: header?.files ?? 0,
    interrupted: isFolder && (isThere(journalName) || isThere(undoJournalName)),
    lockedBy: lock?.alive === false ? undefined : lock?.holder,
    snapshots: isFolder ? listSnapshots(`${path}/snapshots`) : [],
  };
}
