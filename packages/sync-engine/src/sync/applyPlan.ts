import { lstatSync } from 'node:fs';
import { applyOperations } from '../apply/applyOperations.ts';
import { closeIfPossible } from '../apply/closeJournal.ts';
import { stageFiles } from '../apply/stageFiles.ts';
import type { WriteOperation } from '../apply/stageFiles.ts';
import { fileStat, unknownStat } from '../disk/fileStat.ts';
import type { FileStat } from '../disk/fileStat.ts';
import { openParentFolders } from '../disk/parentFolders.ts';
import { ancestorsOf } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import { entryOf } from '../plan/observe.ts';
import type { Manifest, ManifestEntry, ManifestHeader } from '../state/manifest.ts';
import { keepManifest, writeManifest } from '../state/manifestFile.ts';
import { dropOldestSnapshot, keepsSomething, makeSnapshot, writeSnapshotIndex } from '../state/snapshots.ts';
import type { KeptFile } from '../state/snapshots.ts';
import type { StateFolder } from '../state/stateFolder.ts';
import { errorCode } from '../syncError.ts';
import type { SyncPlan } from './planSync.ts';

export function writesOf(plan: SyncPlan): readonly WriteOperation[] {
  return plan.operations.filter((operation) => operation.kind === 'write');
}

/** Bytes that journal, manifest and their temporary copies may need, with room for folders. */
function bookkeepingBytes(plan: SyncPlan): number {
  return 65_536 + 512 * (plan.tree.files.size + plan.operations.length);
}

export interface ApplyPlanRequest {
  readonly state: StateFolder;
  readonly plan: SyncPlan;
  readonly header: ManifestHeader;
  /** Of the staged files, as `stageFiles` gave them. */
  readonly staged: readonly FileStat[];
  readonly manifest: Manifest | undefined;
  readonly now: Date;
  readonly onDone: (done: number) => void;
}

/** Makes the staged plan live and remembers it. Returns the name of the snapshot, if anything was kept. */
export function applyPlan(request: ApplyPlanRequest): string | undefined {
  const { state, plan, manifest, now, onDone } = request;
  const snapshot = makeSnapshot(state.snapshots, now, manifest === undefined);
  const header = { ...request.header, snapshot };
  if (manifest !== undefined) keepManifest(state, snapshot);
  writeSnapshotIndex(state.snapshots, snapshot, keptFiles(plan));
  const remember = (): void => writeManifest(state, manifestOf({ ...request, header }));
  const journal = { snapshot, header, operations: plan.operations };
  applyOperations(state, journal, { onDone, remember });
  closeIfPossible(state, journal);
  return keepsSomething(state.snapshots, snapshot) ? snapshot : undefined;
}

function keptFiles({ changes }: SyncPlan): readonly KeptFile[] {
  return changes.flatMap(({ path, before, liveEdit }, slot) =>
    before === undefined ? [] : [{ slot, path, blobId: before, liveEdit }],
  );
}

/** The manifest once nothing has to be written. */
export function settledManifest(plan: SyncPlan, header: ManifestHeader, before: Manifest | undefined): Manifest {
  const entries = new Map<RelativePath, ManifestEntry>();
  for (const [path, { base }] of plan.drifted) if (base !== undefined) entries.set(path, base);
  for (const [path, entry] of plan.observations.settled) entries.set(path, entry);
  return complete(entries, header, new Set(before?.madeFolders));
}

function manifestOf({ state, plan, header, staged, manifest }: ApplyPlanRequest): Manifest {
  const { entries: settled, madeFolders } = settledManifest(plan, header, manifest);
  const entries = new Map(settled);
  const parents = openParentFolders(state.target);
  try {
    for (const [index, { path, blobId, executable }] of writesOf(plan).entries()) {
      const stat = liveStat(() => parents.locate(path), staged[index]);
      entries.set(path, entryOf(plan.tree.files.get(path) ?? { path, blobId, executable }, stat));
    }
  } finally {
    parents.close();
  }
  const made = plan.operations.filter((operation) => operation.kind === 'makeFolder');
  return complete(entries, header, new Set([...madeFolders, ...made.map(({ path }) => path)]));
}

/** Folders are remembered while something that Stoker wrote is in them. */
function complete(
  entries: ReadonlyMap<RelativePath, ManifestEntry>,
  header: ManifestHeader,
  made: ReadonlySet<RelativePath>,
): Manifest {
  const used = new Set<RelativePath>();
  for (const path of entries.keys()) {
    for (const folder of ancestorsOf(path)) {
      if (used.has(folder)) break;
      used.add(folder);
    }
  }
  return {
    header: { ...header, files: entries.size },
    entries,
    madeFolders: new Set([...made].filter((folder) => used.has(folder))),
  };
}

/** The stat to remember, unless somebody has changed the file since it was renamed into place. */
function liveStat(locate: () => string, staged: FileStat | undefined): FileStat {
  try {
    const stat = fileStat(lstatSync(locate()));
    const isOurs = staged?.inode === stat.inode && staged.mtimeMs === stat.mtimeMs && staged.size === stat.size;
    return isOurs ? stat : unknownStat;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return unknownStat;
  }
}

/** Stages the plan's files, or only checks them (`state` undefined). */
export function stagePlan(
  plan: SyncPlan,
  state: StateFolder | undefined,
  options: { readonly signal: AbortSignal | undefined; readonly onStaged: (done: number) => void },
): ReturnType<typeof stageFiles> {
  return stageFiles({
    source: plan.contents,
    writes: writesOf(plan),
    stage: state?.stage,
    reservedBytes: bookkeepingBytes(plan),
    onShortage: () => state !== undefined && dropOldestSnapshot(state.snapshots),
    ...options,
  });
}
