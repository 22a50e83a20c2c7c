import { applyOperations } from '../apply/applyOperations.ts';
import { closeIfPossible } from '../apply/closeJournal.ts';
import type { Staged } from '../apply/stageFiles.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { Lock } from '../state/lock.ts';
import type { Manifest, ManifestHeader } from '../state/manifest.ts';
import { keepManifest, writeManifest } from '../state/manifestFile.ts';
import { makeSnapshot, writeSnapshotIndex } from '../state/snapshots.ts';
import type { StateFolder } from '../state/stateFolder.ts';
import { correctIndex, plannedIndex } from './snapshotIndex.ts';
import { appliedManifest } from './manifestAfter.ts';
import type { SyncPlan } from './planSync.ts';

export interface ApplyPlanRequest {
  readonly state: StateFolder;
  readonly plan: SyncPlan;
  readonly header: ManifestHeader;
  /** Of the staged files, as `stageFiles` gave them. */
  readonly staged: Staged;
  readonly manifest: Manifest | undefined;
  readonly now: Date;
  readonly lock: Lock;
  readonly onDone: (done: number) => void;
}

/** Makes the staged plan live and remembers it. Returns the name of the snapshot, if anything was kept. */
export function applyPlan(request: ApplyPlanRequest): string | undefined {
  const { state, plan, staged, manifest, now, lock, onDone } = request;
  const snapshot = makeSnapshot(state.snapshots, now, manifest === undefined);
  const header = { ...request.header, snapshot };
  if (manifest !== undefined) keepManifest(state, snapshot);
  writeSnapshotIndex(state.snapshots, snapshot, plannedIndex(plan));
  const remember = (made: ReadonlySet<RelativePath>): void => {
    correctIndex(state.snapshots, snapshot, { plan, blobHash: header.blobHash, beat: () => lock.beat() });
    writeManifest(state, appliedManifest({ plan, header, before: manifest, staged, made, target: state.target }));
  };
  const journal = { snapshot, header, operations: plan.operations };
  applyOperations(state, journal, { lock, onDone, remember });
  return closeIfPossible(state, journal);
}
