import type { Staged } from '../apply/stageFiles.ts';
import type { PathMatcher } from '../paths/matchPatterns.ts';
import { comparePaths } from '../paths/relativePath.ts';
import type { PlannedChange } from '../plan/plan.ts';
import type { FileChange, SyncCounts, SyncPhase, SyncReport, UnchangedFile } from '../types.ts';
import { countGroups } from './countGroups.ts';
import type { SyncPlan } from './planSync.ts';
import { writesOf } from './writesOf.ts';

export interface ReportFacts {
  readonly plan: SyncPlan;
  readonly outcome: SyncReport['outcome'];
  /** Undefined: nothing had to be. */
  readonly staged: Staged | undefined;
  readonly snapshot: string | undefined;
  readonly recovered: SyncReport['recovered'];
  readonly groups: PathMatcher;
  readonly listsUnchanged: boolean;
  readonly durationsMs: Readonly<Record<SyncPhase, number>>;
}

/** The stable document about a plan or its result; it holds nothing but JSON values. */
export function reportOf({ plan, staged, groups, listsUnchanged, ...facts }: ReportFacts): SyncReport {
  const sizes: (number | undefined)[] = [];
  for (const [index, { slot }] of writesOf(plan).entries()) sizes[slot] = staged?.sizes[index];
  return {
    schema: 1,
    ...facts,
    counts: countsOf(plan),
    changes: plan.changes.map((change, slot) => describeChange(change, sizes[slot])),
    drifted: [...plan.drifted.keys()],
    drift: [...plan.drifted].map(([path, { base, liveBlobId }]) => ({ path, written: base?.blobId, live: liveBlobId })),
    groups: countGroups(plan, groups),
    protected: [...plan.tree.protected].map(([path, desired]) => ({ path, desired })),
    ...(listsUnchanged && { unchanged: unchangedOf(plan) }),
    overlaid: plan.tree.overlaid,
    bytesWritten: staged?.bytes ?? 0,
  };
}

function describeChange(change: PlannedChange, sizeAfter: number | undefined): FileChange {
  const { path, kind, before, after, liveEdit, sizeBefore } = change;
  return { path, kind, before, after, liveEdit, sizeBefore, sizeAfter };
}

function unchangedOf({ tree, settled }: SyncPlan): UnchangedFile[] {
  return [...settled.keys()].toSorted(comparePaths).flatMap((path) => {
    const file = tree.files.get(path);
    return file === undefined ? [] : [{ path, blobId: file.blobId }];
  });
}

function countsOf({ changes, settled }: SyncPlan): SyncCounts {
  const counts = { added: 0, modified: 0, deleted: 0, unchanged: settled.size };
  for (const { kind } of changes) counts[kind] += 1;
  return counts;
}
