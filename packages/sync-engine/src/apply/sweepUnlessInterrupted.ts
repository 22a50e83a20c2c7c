import { lstatSync } from 'node:fs';
import { journalName, undoJournalName } from '../state/journal.ts';
import type { StateFolder } from '../state/stateFolder.ts';
import { sweepStage } from './stageFiles.ts';

/** After a failure: empties the stage, but for a recovery that needs it. */
export function sweepUnlessInterrupted(state: StateFolder): void {
  const interrupted = [journalName, undoJournalName].some((name) =>
    lstatSync(`${state.state.path}/${name}`, { throwIfNoEntry: false }),
  );
  if (!interrupted) sweepStage(state.stage);
}
