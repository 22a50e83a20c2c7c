import { existsSync } from 'node:fs';
import { journalName } from '../state/journal.ts';
import type { Journal } from '../state/journal.ts';
import {
  dropIfEmpty,
  dropSnapshot,
  keepsSomething,
  limitSnapshots,
  moveIntoSnapshot,
  recordSize,
} from '../state/snapshots.ts';
import { dropStateFile } from '../state/stateFiles.ts';
import type { StateFolder } from '../state/stateFolder.ts';

/**
 * Ends an apply that is done. Of a sync, the journal stays in its snapshot, so that it can be reverted; of a revert, the
 * snapshot goes that it has used up: the live files and what that kept are the same now. Snapshots are held within bounds.
 */
export function closeJournal(state: StateFolder, { snapshot, restores }: Journal): void {
  if (restores === undefined) {
    moveIntoSnapshot(state.state, journalName, state.snapshots, snapshot);
  } else {
    dropStateFile(state.state, journalName);
    dropSnapshot(state.snapshots, restores);
    dropIfEmpty(state.snapshots, snapshot);
  }
  if (existsSync(`${state.snapshots.path}/${snapshot}`)) recordSize(state.snapshots, snapshot);
  limitSnapshots(state.snapshots);
}

/**
 * A failure takes nothing back: the target is what it should be, and the next recovery tries to close again. Returns the
 * name of the snapshot if it keeps something, and also where the disk does not tell.
 */
export function closeIfPossible(state: StateFolder, journal: Journal): string | undefined {
  try {
    closeJournal(state, journal);
    return keepsSomething(state.snapshots, journal.snapshot) ? journal.snapshot : undefined;
  } catch {
    // See above: that cleaning up failed must not say that the apply did.
    return journal.snapshot;
  }
}
