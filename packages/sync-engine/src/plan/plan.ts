import type { ManagedFolder } from '../desired/pruneScope.ts';
import { managedFolderOf } from '../desired/pruneScope.ts';
import { sortedByPath } from '../desired/desiredTree.ts';
import type { DesiredFile } from '../desired/desiredTree.ts';
import type { FileStat } from '../disk/fileStat.ts';
import { comparePaths } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { ManifestEntry } from '../state/manifest.ts';
import { quotePath, syncError } from '../syncError.ts';
import type { FileChange } from '../types.ts';
import { decide } from './decide.ts';
import type { DriftRule } from './decide.ts';
import type { Observation } from './observe.ts';

export interface PlannedChange extends FileChange {
  readonly path: RelativePath;
  readonly desired: DesiredFile | undefined;
  /** Of the live file that `before` and `sizeBefore` are about. */
  readonly statBefore?: FileStat | undefined;
}

export interface Plan {
  /** Sorted by path. */
  readonly changes: readonly PlannedChange[];
  /** Live edits that stay, sorted. */
  readonly drifted: ReadonlyMap<RelativePath, Drift>;
}

export interface Drift {
  /** What was last written there stays the base. */
  readonly base: ManifestEntry | undefined;
  readonly liveBlobId: string | undefined;
}

export interface PlanRequest extends DriftRule {
  readonly desired: ReadonlyMap<RelativePath, DesiredFile>;
  readonly folders: readonly ManagedFolder[];
}

export interface Planner {
  /** Decides about one difference. Throws `TargetUnsafe`. */
  take(seen: Observation): void;
  /** Throws `SourceVanished`. */
  finish(): Plan;
}

/** Decides about differences as they are found, so that not all of them need be held at once. */
export function startPlan(request: PlanRequest): Planner {
  const changes: PlannedChange[] = [];
  const drifted = new Map<RelativePath, Drift>();
  const take = (seen: Observation): void => {
    const decision = decide(seen, request);
    if (decision.action === 'keep') drifted.set(seen.path, seen);
    if (decision.action !== 'write' && decision.action !== 'delete') return;
    if (seen.live === 'special') {
      throw syncError(
        'TargetUnsafe',
        `${quotePath(seen.path)} in the target is a FIFO, socket or device`,
        'remove it, or exclude the path',
      );
    }
    changes.push({
      path: seen.path,
      kind: seen.desired === undefined ? 'deleted' : seen.liveBlobId === undefined ? 'added' : 'modified',
      before: seen.liveBlobId,
      after: seen.desired?.blobId,
      liveEdit: decision.liveEdit,
      sizeBefore: seen.liveStat?.size,
      statBefore: seen.liveStat,
      desired: seen.desired,
    });
  };
  return {
    take,
    finish() {
      refuseEmptying(changes, request);
      return {
        changes: changes.toSorted((left, right) => comparePaths(left.path, right.path)),
        drifted: sortedByPath(drifted),
      };
    },
  };
}

/** A source that vanished (a renamed folder, a wrong commit) must not take the running configuration with it. */
function refuseEmptying(changes: readonly PlannedChange[], { desired, folders }: PlanRequest): void {
  const losing = new Set<ManagedFolder>();
  for (const change of changes) {
    const folder = change.kind === 'deleted' ? managedFolderOf(change.path, folders) : undefined;
    if (folder !== undefined && !folder.mayBeEmptied) losing.add(folder);
  }
  if (losing.size === 0) return;
  for (const path of desired.keys()) {
    const folder = managedFolderOf(path, folders);
    if (folder !== undefined) losing.delete(folder);
  }
  for (const folder of losing) {
    throw syncError(
      'SourceVanished',
      `${folder.sources.join(' and ')}: there are no files, and applying that would empty ${quotePath(folder.path)}`,
      'restore the source folder, correct the path, or set allowEmpty: true',
    );
  }
}
