import { lstatSync } from 'node:fs';
import { isStokerError } from '@stoker/errors';
import { applyOperations } from '../apply/applyOperations.ts';
import { closeIfPossible } from '../apply/closeJournal.ts';
import { keepLive } from '../apply/keepLive.ts';
import { recoverState } from '../apply/recoverState.ts';
import { sweepStage } from '../apply/stageFiles.ts';
import { sweepUnlessInterrupted } from '../apply/sweepUnlessInterrupted.ts';
import { compileGuard } from '../desired/guard.ts';
import type { Guard } from '../desired/guard.ts';
import { makeDurable } from '../disk/barrier.ts';
import { openLiveTree } from '../disk/liveTree.ts';
import { comparePaths } from '../paths/relativePath.ts';
import type { Operation } from '../plan/operations.ts';
import type { Journal } from '../state/journal.ts';
import type { Lock } from '../state/lock.ts';
import type { ManifestHeader } from '../state/manifest.ts';
import { recallManifest } from '../state/manifestFile.ts';
import { makeSnapshot, writeSnapshotIndex } from '../state/snapshots.ts';
import type { StateFolder } from '../state/stateFolder.ts';
import { explained, quotePath, stopIfAborted, syncError } from '../syncError.ts';
import { askFirst } from '../sync/askFirst.ts';
import { findTarget } from '../sync/findTarget.ts';
import { holdTarget } from '../sync/holdTarget.ts';
import type { FileChange, RevertOptions, RevertReport, RevertRequest } from '../types.ts';
import { changesOf } from './changesOf.ts';
import type { SlotChange } from './changesOf.ts';
import { readRevertPoint } from './readRevertPoint.ts';
import { takeBack } from './takeBack.ts';
import type { WayBack } from './takeBack.ts';

/**
 * Puts the target back to what it was before the last sync that changed it, live edits included, from what that kept. Once
 * more goes one sync further back. As crash-proof as a sync, with a journal of its own. What is live now is kept.
 * Throws a `StokerError` and leaves everything as it is where that cannot be done whole (`NothingToRevert`, `SnapshotDamaged`).
 */
export async function revert(request: RevertRequest, options: RevertOptions = {}): Promise<RevertReport> {
  const target = findTarget(request.target);
  try {
    const held = { holder: request.holder, signal: options.signal };
    return await holdTarget(target, held, (state, lock) => goBack({ ...request, target }, state, lock, options));
  } catch (error) {
    if (!isStokerError(error)) stopIfAborted(options.signal);
    throw explained(error);
  }
}

async function goBack(
  { target, protection }: RevertRequest,
  state: StateFolder,
  lock: Lock,
  { signal, beforeApply }: RevertOptions,
): Promise<RevertReport> {
  const recovered = recoverState(state, lock);
  const beat = (): void => lock.beat();
  const point = readRevertPoint(state, beat);
  refuseProtected(point.applied.operations, compileGuard(protection));
  const live = openLiveTree(target);
  const modeOf = (folder: string): number => lstatSync(`${target}/${folder}`).mode & 0o7777;
  const wayBack = takeBack(point.applied.operations, {
    kept: point.kept,
    live: (path) => live.node(path).kind,
    modeOf,
  });
  const header = point.before ?? nothingWritten(point.applied.header);
  const changes = changesOf(wayBack.operations, { applied: point.applied, live, blobHash: header.blobHash, beat });
  try {
    stageKept(state, { ...wayBack, snapshot: point.snapshot, beat });
    await askFirst(lock, signal, async () => beforeApply?.());
    const snapshot = applyWayBack(state, wayBack.operations, {
      header,
      restores: point.snapshot,
      changes,
      lock,
    });
    return { ...reportOf(changes), release: point.before?.release, snapshot, recovered };
  } catch (error) {
    if (!lock.isLost()) sweepUnlessInterrupted(state);
    throw error;
  }
}

/** No sync wrote there: a record that says so was forged. */
function refuseProtected(applied: readonly Operation[], guard: Guard): void {
  const refused = applied.find(({ path }) => !guard.mayWrite(path, 'file'));
  if (refused === undefined) return;
  throw syncError(
    'SnapshotDamaged',
    `the snapshot claims to have changed ${quotePath(refused.path)}, which is protected`,
  );
}

/** Stands in the journal where there was no manifest; what counts afterwards is that there is none again. */
function nothingWritten({ blobHash }: ManifestHeader): ManifestHeader {
  const release = { id: '', ref: '', commit: '' };
  const facts = { sourceId: undefined, context: '', overlaid: 0, protected: [], provided: [], files: 0 };
  return { release, syncedAt: '', blobHash, ...facts };
}

interface Staging extends WayBack {
  readonly snapshot: string;
  readonly beat: () => void;
}

/** Gives what comes back a second name in the stage, durably: the snapshot stays whole until all is done. */
function stageKept(state: StateFolder, { snapshot, origins, beat }: Staging): void {
  sweepStage(state.stage);
  const staged = [...origins.keys()].map((slot) => `${state.stage.path}/${slot}`);
  for (const [slot, origin] of origins) {
    keepLive(`${state.snapshots.path}/${snapshot}/${origin}`, `${state.stage.path}/${slot}`);
    beat();
  }
  makeDurable(state.targetPath, { count: staged.length, paths: () => staged, beat });
}

interface Applying {
  readonly header: ManifestHeader;
  readonly restores: string;
  readonly changes: readonly SlotChange[];
  readonly lock: Lock;
}

/** Returns the name of the snapshot of what was live, if anything was kept. */
function applyWayBack(
  state: StateFolder,
  operations: readonly Operation[],
  { header, restores, changes, lock }: Applying,
): string | undefined {
  const snapshot = makeSnapshot(state.snapshots, new Date(), false);
  const kept = changes.flatMap(({ slot, path, before, liveEdit }) =>
    before === undefined ? [] : [{ slot, path, blobId: before, liveEdit }],
  );
  writeSnapshotIndex(state.snapshots, snapshot, kept);
  const journal: Journal = { snapshot, restores, header, operations };
  const onDone = (): void => lock.beat();
  applyOperations(state, journal, { lock, onDone, remember: () => recallManifest(state, restores) });
  return closeIfPossible(state, journal);
}

function reportOf(changes: readonly SlotChange[]): Pick<RevertReport, 'counts' | 'changes'> {
  const count = (kind: FileChange['kind']): number => changes.filter((change) => change.kind === kind).length;
  return {
    counts: { added: count('added'), modified: count('modified'), deleted: count('deleted') },
    changes: changes
      .map(({ path, kind, before, after, liveEdit }) => ({ path, kind, before, after, liveEdit }))
      .toSorted((left, right) => comparePaths(left.path, right.path)),
  };
}
