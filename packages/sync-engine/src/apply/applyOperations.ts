import { fewFiles, makeDurable } from '../disk/barrier.ts';
import { openParentFolders } from '../disk/parentFolders.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { Operation } from '../plan/operations.ts';
import { formatJournal, journalName } from '../state/journal.ts';
import type { Journal } from '../state/journal.ts';
import { isLockLost, lockHeld } from '../state/lock.ts';
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
  /** Called wherever it may take long: whoever waits for the lock must see that it is held. May throw to stop, as `onDone`. */
  readonly beat: () => void;
  readonly onDone: (done: number) => void;
  /** Called for each folder that was not there and is made. */
  readonly onMade: (folder: RelativePath) => void;
}

export interface Applying {
  readonly lock: Pick<Lock, 'beat' | 'isLost'>;
  readonly onDone: (done: number) => void;
  /** Writes the manifest; `made` are the folders that were not there and are made now. */
  readonly remember: (made: ReadonlySet<RelativePath>) => void;
}

/**
 * Turns what is staged live: barrier, journal, keep, rename and delete, barrier, and `remember`, which writes the
 * manifest. When it returns, all is done and durable; when it throws, all is undone, unless somebody else has the target by
 * now. Throws `TargetUnsafe`, `TargetReadOnly`, `StorageFull`, `TargetIOError`, `LockHeld`.
 */
export function applyOperations(state: StateFolder, journal: Journal, { lock, onDone, remember }: Applying): void {
  const beat = (): void => lock.beat();
  const staged = journal.operations.filter((operation) => operation.kind === 'write');
  // Few files were fsynced as they were written.
  if (staged.length > fewFiles) {
    const paths = (): string[] => staged.map((operation) => `${state.stage.path}/${operation.slot}`);
    makeDurable(state.targetPath, { count: staged.length, paths, beat });
  }
  state.stage.sync();
  // It may have taken so long that somebody else has the target by now, and a journal of his.
  if (lock.isLost()) throw lockHeld(undefined);
  writeStateFile(state.state, journalName, formatJournal(journal));
  const made = new Set<RelativePath>();
  try {
    const onMade = (folder: RelativePath): unknown => made.add(folder);
    doOperations(state, journal, { isResumed: false, beat, onDone, onMade });
    remember(made);
  } catch (error) {
    // Whoever took the lock has taken over the journal too, which may be what made this fail.
    if (isLockLost(error)) throw error;
    if (lock.isLost()) throw lockHeld(undefined);
    undoJournal(state, { ...journal, operations: withoutFound(journal.operations, made) }, lock);
    throw error;
  }
}

/** A folder that was there already, or that was never come to, is somebody else's. */
function withoutFound(operations: readonly Operation[], made: ReadonlySet<RelativePath>): readonly Operation[] {
  return operations.filter(({ kind, path }) => kind !== 'makeFolder' || made.has(path));
}

/** After a crash: does every operation that was not done yet. Throws as `beat` does. */
export function finishOperations(state: StateFolder, journal: Journal, beat: () => void): void {
  doOperations(state, journal, { isResumed: true, beat, onDone: beat, onMade: () => undefined });
}

function doOperations(state: StateFolder, journal: Journal, { isResumed, beat, onDone, onMade }: Steps): void {
  withGround(state, journal, (opened) => {
    const ground = { ...opened, isResumed, onMade };
    for (const operation of journal.operations) {
      onDisk(operation, () => keepFor(operation, ground));
      beat();
    }
    ground.kept.sync();
    for (const [index, operation] of journal.operations.entries()) {
      onDisk(operation, () => perform(operation, ground));
      onDone(index + 1);
    }
  });
  syncTouched(journal.operations, state, beat);
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
