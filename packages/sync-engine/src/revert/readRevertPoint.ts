import { lstatSync } from 'node:fs';
import { hashFile, linkBlobId } from '../disk/blobHash.ts';
import type { BlobHash } from '../disk/blobHash.ts';
import type { Operation } from '../plan/operations.ts';
import { parseJournal } from '../state/journal.ts';
import type { Journal } from '../state/journal.ts';
import { isRecord, parseJson } from '../state/manifest.ts';
import type { ManifestHeader } from '../state/manifest.ts';
import { readKeptManifest, readManifest } from '../state/manifestFile.ts';
import { appliedName } from '../state/snapshots.ts';
import { readLines } from '../state/stateFiles.ts';
import type { StateFolder } from '../state/stateFolder.ts';
import { quotePath, syncError } from '../syncError.ts';

/** A kept file or link, as it can be put back. */
export interface KeptContent {
  readonly blobId: string;
  readonly executable: boolean;
  readonly isLink: boolean;
}

/** The last apply, and what it kept. */
export interface RevertPoint {
  readonly snapshot: string;
  readonly applied: Journal;
  /** Of what was there before; undefined: nothing had been written yet. */
  readonly before: ManifestHeader | undefined;
  /** By slot. */
  readonly kept: ReadonlyMap<number, KeptContent>;
}

/**
 * Reads what the last apply did, and checks that all it kept is there as it was kept. What is read is untrusted.
 * Throws `NothingToRevert` and `SnapshotDamaged`, and as `beat` does, which is called for each file.
 */
export function readRevertPoint(state: StateFolder, beat: () => void): RevertPoint {
  const snapshot = readManifest(state)?.header.snapshot;
  const folder = `${state.snapshots.path}/${snapshot}`;
  // A link in the place of the folder would bring in files from elsewhere.
  const isFolder = lstatSync(folder, { throwIfNoEntry: false })?.isDirectory();
  const isKnown = isFolder && lstatSync(`${folder}/${appliedName}`, { throwIfNoEntry: false })?.isFile();
  if (snapshot === undefined || !isKnown) {
    throw syncError('NothingToRevert', 'no sync is known that could be taken back', 'sync an earlier release instead');
  }
  const applied = parseJournal(readLines(`${folder}/${appliedName}`));
  if (applied === undefined) throw damaged(snapshot, 'its record of what was done is damaged');
  const before = readKeptManifest(state, snapshot)?.header;
  // Ids of the manifest that counts again and ids of what is written by the revert have to be of one kind.
  const blobHash = before?.blobHash ?? applied.header.blobHash;
  const kept = new Map<number, KeptContent>();
  for (const operation of applied.operations) {
    beat();
    const content = 'slot' in operation ? readKept(`${folder}/${operation.slot}`, blobHash) : undefined;
    if ('slot' in operation && content !== undefined) kept.set(operation.slot, content);
  }
  const problem = findDamage(folder, applied, beat);
  if (problem !== undefined) throw damaged(snapshot, problem);
  return { snapshot, applied, before, kept };
}

/** The first thing that is not as the snapshot's index says; undefined for a sound snapshot. */
function findDamage(folder: string, { header, operations }: Journal, beat: () => void): string | undefined {
  const expected = new Map<number, string | undefined>();
  for (const line of readLines(`${folder}/index`)) {
    const value = parseJson(line);
    if (!isRecord(value)) continue;
    const { slot, blobId } = value;
    // Without an id: it was gone before it could be kept.
    if (blobId === undefined || typeof blobId === 'string') expected.set(Number(slot), blobId);
  }
  for (const operation of operations) {
    beat();
    if (!('slot' in operation) || !keeps(operation)) continue;
    const path = `${folder}/${operation.slot}`;
    // A live file that was replaced once more during the apply was kept twice.
    const found = [path, `${path}.earlier`].flatMap((name) => readKept(name, header.blobHash)?.blobId ?? []);
    const blobId = expected.get(operation.slot);
    const isAsKept = blobId === undefined ? found.length === 0 : found.includes(blobId);
    if (!expected.has(operation.slot) || !isAsKept) {
      return `what it kept of ${quotePath(operation.path)} is gone or was changed`;
    }
  }
  return undefined;
}

function keeps(operation: Operation): boolean {
  return operation.kind === 'delete' || (operation.kind === 'write' && operation.replaces);
}

function readKept(path: string, blobHash: BlobHash): KeptContent | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isSymbolicLink()) return { blobId: linkBlobId(path, blobHash), executable: false, isLink: true };
  const hashed = stats?.isFile() ? hashFile(path, [blobHash]) : undefined;
  const blobId = hashed?.blobIds[0];
  return hashed === undefined || blobId === undefined
    ? undefined
    : { blobId, executable: hashed.stat.executable, isLink: false };
}

function damaged(snapshot: string, problem: string): Error {
  return syncError(
    'SnapshotDamaged',
    `the snapshot ${snapshot} cannot be restored: ${problem}`,
    'sync an earlier release instead',
  );
}
