import { lstatSync } from 'node:fs';
import { blobIdAt } from '../disk/blobHash.ts';
import type { BlobHash } from '../disk/blobHash.ts';
import type { Folder } from '../disk/openFolder.ts';
import type { Plan, PlannedChange } from '../plan/plan.ts';
import { writeSnapshotIndex } from '../state/snapshots.ts';
import type { KeptFile } from '../state/snapshots.ts';

/** What is going to be kept, if nobody writes before it is. */
export function plannedIndex({ changes }: Plan): readonly KeptFile[] {
  return changes.flatMap(({ path, before, liveEdit }, slot) =>
    before === undefined ? [] : [{ slot, path, blobId: before, liveEdit }],
  );
}

export interface Correction {
  readonly plan: Plan;
  readonly blobHash: BlobHash;
  readonly beat: () => void;
}

/**
 * Writes the index again where something else was kept than was planned with, because somebody wrote in the meantime: a revert
 * takes what is not as the index says for damaged. Only what shows such a change is hashed. Throws as `beat` does.
 */
export function correctIndex(snapshots: Folder, snapshot: string, { plan, blobHash, beat }: Correction): void {
  const folder = `${snapshots.path}/${snapshot}`;
  let isCorrect = true;
  const index = plan.changes.flatMap((change, slot): readonly KeptFile[] => {
    const { path, before, liveEdit } = change;
    const kept = `${folder}/${slot}`;
    // Undefined where nothing was there any more to be kept.
    const blobId = isAsSeen(change, kept) ? before : blobIdAt(kept, blobHash);
    beat();
    if (blobId !== before) isCorrect = false;
    if (blobId === undefined && before === undefined) return [];
    return [{ slot, path, blobId, liveEdit: liveEdit || blobId !== before }];
  });
  if (!isCorrect) writeSnapshotIndex(snapshots, snapshot, index);
}

function isAsSeen({ statBefore }: PlannedChange, kept: string): boolean {
  if (statBefore === undefined) return false;
  const stats = lstatSync(kept, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  const { inode, size, mtimeMs } = statBefore;
  return stats.isFile() && stats.ino === inode && stats.size === size && stats.mtimeMs === mtimeMs;
}
