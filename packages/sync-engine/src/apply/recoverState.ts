import { unknownStat } from '../disk/fileStat.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { Operation } from '../plan/operations.ts';
import { journalName, parseJournal, undoJournalName } from '../state/journal.ts';
import type { Journal } from '../state/journal.ts';
import { beatIfPossible, isLockLost } from '../state/lock.ts';
import type { Lock } from '../state/lock.ts';
import type { Manifest } from '../state/manifest.ts';
import { readManifest, recallManifest, writeManifest } from '../state/manifestFile.ts';
import { dropStateFile, readLines } from '../state/stateFiles.ts';
import type { StateFolder } from '../state/stateFolder.ts';
import { finishOperations, withGround } from './applyOperations.ts';
import { closeJournal } from './closeJournal.ts';
import { correctRecoveredIndex } from './correctRecoveredIndex.ts';
import { exists, keptPath, stagedPath } from './perform.ts';
import type { Ground } from './perform.ts';
import { sweepStage } from './stageFiles.ts';
import type { WriteOperation } from './stageFiles.ts';
import { isWhatWasWritten } from './undo.ts';
import { undoJournal } from './undoJournal.ts';

/**
 * After a crash: finishes an interrupted apply where everything for that is still there, else undoes it. A damaged
 * journal is no journal: what it had started is then found as differences by the next plan. The caller holds the lock, which
 * is shown to be held all the while. Throws `LockHeld` once somebody else has it, who goes on with the journal.
 */
export function recoverState(state: StateFolder, lock: Pick<Lock, 'beat'>): 'nothing' | 'finished' | 'undone' {
  const beat = (): void => beatIfPossible(lock);
  const undoing = takeJournal(state, undoJournalName);
  if (undoing !== undefined) {
    undoJournal(state, undoing, lock);
    dropStateFile(state.state, journalName);
    return 'undone';
  }
  const journal = takeJournal(state, journalName);
  if (journal === undefined) {
    sweepStage(state.stage);
    return 'nothing';
  }
  if (!canFinish(state, journal, beat)) {
    undoJournal(state, journal, lock);
    return 'undone';
  }
  try {
    finishOperations(state, journal, beat);
    if (journal.restores === undefined) {
      correctRecoveredIndex(state.snapshots, journal, beat);
      writeManifest(state, manifestAfter(journal, readManifest(state)));
    } else {
      recallManifest(state, journal.restores);
    }
  } catch (error) {
    if (isLockLost(error)) throw error;
    // Whatever stood in the way of finishing, the old tree is complete: undoing throws if that fails too.
    undoJournal(state, journal, lock);
    return 'undone';
  }
  closeJournal(state, journal);
  sweepStage(state.stage);
  return 'finished';
}

function takeJournal(state: StateFolder, name: string): Journal | undefined {
  const path = `${state.state.path}/${name}`;
  if (!exists(path)) return undefined;
  const journal = parseJournal(readLines(path));
  if (journal === undefined) dropStateFile(state.state, name);
  return journal;
}

/**
 * Going on needs each file staged whole or live already, and all that goes kept already. Keeping comes before the first
 * change: where something was not kept, nothing was changed either, and undoing is nothing. (So a forged journal that
 * would delete everything deletes nothing.) Nothing is changed before all of it is known.
 */
function canFinish(state: StateFolder, journal: Journal, beat: () => void): boolean {
  return withGround(state, journal, (ground) =>
    journal.operations.every((operation) => {
      beat();
      if (operation.kind === 'write') return isWriteReady(operation, ground, journal.header.blobHash);
      return operation.kind !== 'delete' || isKeptOrGone(operation, ground);
    }),
  );
}

function isWriteReady(write: WriteOperation, ground: Ground, blobHash: Manifest['header']['blobHash']): boolean {
  const staged = stagedPath(write, ground);
  if (exists(staged)) {
    return isWhatWasWritten(staged, write, blobHash) && (!write.replaces || isKeptOrGone(write, ground));
  }
  const live = ground.parents.find(write.path);
  if (live === undefined || !exists(live)) return false;
  // Live and edited since counts as gone live: what it replaced was kept right before.
  return isWhatWasWritten(live, write, blobHash) || !write.replaces || exists(keptPath(write, ground));
}

function isKeptOrGone(operation: Operation & { readonly slot: number }, ground: Ground): boolean {
  const live = ground.parents.find(operation.path);
  return live === undefined || !exists(live) || exists(keptPath(operation, ground));
}

/**
 * The manifest of a finished apply. What had been settled without writing is not in the journal, so the source has to
 * be listed again (`sourceId` undefined), and no stat is trusted for what was written.
 */
function manifestAfter(journal: Journal, before: Manifest | undefined): Manifest {
  const comparable = before?.header.blobHash === journal.header.blobHash;
  const entries = new Map(comparable ? before.entries : []);
  const madeFolders = new Set<RelativePath>(before?.madeFolders);
  for (const operation of journal.operations) {
    if (operation.kind === 'makeFolder') madeFolders.add(operation.path);
    if (operation.kind === 'removeFolder') madeFolders.delete(operation.path);
    if (operation.kind === 'delete') entries.delete(operation.path);
    if (operation.kind !== 'write') continue;
    const { path, blobId, executable } = operation;
    entries.set(path, { blobId, executable, transformId: '', stat: unknownStat });
  }
  return { header: { ...journal.header, sourceId: undefined, files: entries.size }, entries, madeFolders };
}
