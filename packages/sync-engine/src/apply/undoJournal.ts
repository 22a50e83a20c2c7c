import { renameSync } from 'node:fs';
import { openParentFolders } from '../disk/parentFolders.ts';
import { journalName, undoJournalName } from '../state/journal.ts';
import type { Journal } from '../state/journal.ts';
import { beatIfPossible } from '../state/lock.ts';
import type { Lock } from '../state/lock.ts';
import { manifestName, readManifestHeader } from '../state/manifestFile.ts';
import { dropIfEmpty, openSnapshot } from '../state/snapshots.ts';
import { dropStateFile } from '../state/stateFiles.ts';
import type { StateFolder } from '../state/stateFolder.ts';
import { diskError, errorCode } from '../syncError.ts';
import { sweepStage } from './stageFiles.ts';
import { syncTouched } from './syncTouched.ts';
import { undo } from './undo.ts';

/**
 * Takes everything back that the journal says, last operation first. Throws `TargetReadOnly`, `TargetIOError`, and `LockHeld`
 * once somebody else has the target, who goes on with it.
 */
export function undoJournal(state: StateFolder, journal: Journal, lock: Pick<Lock, 'beat'>): void {
  try {
    renameSync(`${state.state.path}/${journalName}`, `${state.state.path}/${undoJournalName}`);
    state.state.sync();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw diskError(error, 'undo', `.stoker/${journalName}`);
  }
  const beat = (): void => beatIfPossible(lock);
  const parents = openParentFolders(state.target);
  const kept = openSnapshot(state.snapshots, journal.snapshot);
  try {
    const ground = { parents, stage: state.stage, kept, isResumed: true };
    for (const operation of journal.operations.toReversed()) {
      onDisk(operation.path, () => undo(operation, ground, journal.header.blobHash));
      beat();
    }
    onDisk('', () => syncTouched(journal.operations, state, beat));
  } finally {
    parents.close();
    kept.close();
  }
  forgetIfRemembered(state, journal);
  dropIfEmpty(state.snapshots, journal.snapshot);
  dropStateFile(state.state, undoJournalName);
  sweepStage(state.stage);
}

/** A manifest that says all was done is wrong now; without one, the next sync finds out what there is. */
function forgetIfRemembered({ state }: StateFolder, { header }: Journal): void {
  const remembered = readManifestHeader(state.path);
  if (remembered?.syncedAt === header.syncedAt && remembered.release.id === header.release.id) {
    dropStateFile(state, manifestName);
  }
}

function onDisk(path: string, call: () => void): void {
  try {
    call();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    throw diskError(error, 'undo the change of', path);
  }
}
