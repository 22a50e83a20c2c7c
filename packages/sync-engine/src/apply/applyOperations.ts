import { isStokerError } from '@stoker/errors';
import { fewFiles, makeDurable } from '../disk/barrier.ts';
import { openParentFolders } from '../disk/parentFolders.ts';
import type { Operation } from '../plan/operations.ts';
import { formatJournal, journalName } from '../state/journal.ts';
import type { Journal } from '../state/journal.ts';
import { lockHeld } from '../state/lock.ts';
import type { Lock } from '../state/lock.ts';
import { openSnapshot } from '../state/snapshots.ts';
import type { StateFolder } from '../state/stateFolder.ts';
import { writeStateFile } from '../state/stateFiles.ts';
import { diskError, errorCode, quotePath, syncError } from '../syncError.ts';
import { keepFor, perform } from './perform.ts';
import type { Ground } from './perform.ts';
import { syncTouched } from './syncTouched.ts';
import { undoJournal } from './undoJournal.ts';

interface Steps {
  readonly isResumed: boolean;
  /** Called for each operation before the first of them is done; `onDone` after each. May throw to stop. */
  readonly onKept: () => void;
  readonly onDone: (done: number) => void;
}

/**
 * Turns what is staged live: barrier, journal, keep, rename and delete, barrier, and `remember`, which writes the
 * manifest. When it returns, all is done and durable; when it throws, all is undone, unless somebody else has the target by
 * now. Throws `TargetUnsafe`, `TargetReadOnly`, `StorageFull`, `TargetIOError`, `LockHeld`.
 */
export function applyOperations(
  state: StateFolder,
  journal: Journal,
  steps: Pick<Steps, 'onDone'> & { readonly lock: Pick<Lock, 'beat' | 'isLost'>; readonly remember: () => void },
): void {
  const staged = journal.operations.filter((operation) => operation.kind === 'write');
  // Few files were fsynced as they were written.
  if (staged.length > fewFiles) {
    const paths = (): string[] => staged.map((operation) => `${state.stage.path}/${operation.slot}`);
    makeDurable(state.targetPath, staged.length, paths);
  }
  state.stage.sync();
  writeStateFile(state.state, journalName, formatJournal(journal));
  try {
    doOperations(state, journal, { isResumed: false, onKept: () => steps.lock.beat(), onDone: steps.onDone });
    steps.remember();
  } catch (error) {
    // Whoever took the lock has taken over the journal too, which may be what made this fail.
    if (isLockLost(error)) throw error;
    if (steps.lock.isLost()) throw lockHeld(undefined);
    undoJournal(state, journal);
    throw error;
  }
}

function isLockLost(error: unknown): boolean {
  return isStokerError(error) && error.reason === 'LockHeld';
}

/** After a crash: does every operation that was not done yet. */
export function finishOperations(state: StateFolder, journal: Journal): void {
  doOperations(state, journal, { isResumed: true, onKept: () => undefined, onDone: () => undefined });
}

function doOperations(state: StateFolder, journal: Journal, { isResumed, onKept, onDone }: Steps): void {
  withGround(state, journal, (opened) => {
    const ground = { ...opened, isResumed };
    for (const operation of journal.operations) {
      onDisk(operation, () => keepFor(operation, ground));
      // Where it has to copy it may take long, and whoever waits for the lock must see that it is held.
      onKept();
    }
    ground.kept.sync();
    for (const [index, operation] of journal.operations.entries()) {
      onDisk(operation, () => perform(operation, ground));
      onDone(index + 1);
    }
  });
  syncTouched(journal.operations, state);
}

/** Opens the places where operations happen for as long as `use` runs. */
export function withGround<Result>(state: StateFolder, journal: Journal, use: (ground: Ground) => Result): Result {
  const parents = openParentFolders(state.target);
  const kept = openSnapshot(state.snapshots, journal.snapshot);
  try {
    return use({ parents, stage: state.stage, kept, isResumed: true });
  } finally {
    parents.close();
    kept.close();
  }
}

function onDisk(operation: Operation, call: () => void): void {
  try {
    call();
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    if (['EISDIR', 'ENOTDIR', 'EEXIST', 'ENOENT'].includes(code)) {
      const message = `${quotePath(operation.path)} in the target changed its kind during the sync`;
      throw syncError('TargetUnsafe', message, 'let the next sync try again', error);
    }
    throw diskError(error, operation.kind === 'write' ? 'replace' : operation.kind, operation.path);
  }
}
