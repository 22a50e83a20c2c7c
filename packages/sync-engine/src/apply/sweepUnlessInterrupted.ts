import { lstatSync } from 'node:fs';
import { journalName, undoJournalName } from '../state/journal.ts';
import { dropUnused } from '../state/snapshots.ts';
import type { StateFolder } from '../state/stateFolder.ts';
import { sweepStage } from './stageFiles.ts';

/** After a failure: empties the stage and drops a snapshot that was not used, but for a recovery that needs them. */
export function sweepUnlessInterrupted(state: StateFolder): void {
  const interrupted = [journalName, undoJournalName].some((name) =>
    lstatSync(`${state.state.path}/${name}`, { throwIfNoEntry: false }),
  );
  if (interrupted) return;
  sweepStage(state.stage);
  dropUnused(state.snapshots);
}
