import type { SyncPhase, SyncReport } from '../types.ts';
import type { SyncPlan } from './planSync.ts';

export interface ReportFacts {
  readonly plan: SyncPlan;
  readonly outcome: SyncReport['outcome'];
  readonly bytesWritten: number;
  readonly snapshot: string | undefined;
  readonly recovered: SyncReport['recovered'];
  readonly durationsMs: Readonly<Record<SyncPhase, number>>;
}

/** The stable document about a plan or its result; it holds nothing but JSON values. */
export function reportOf({ plan, ...facts }: ReportFacts): SyncReport {
  const count = (kind: 'added' | 'modified' | 'deleted'): number =>
    plan.changes.filter((change) => change.kind === kind).length;
  return {
    ...facts,
    counts: {
      added: count('added'),
      modified: count('modified'),
      deleted: count('deleted'),
      unchanged: plan.observations.settled.size,
    },
    changes: plan.changes.map(({ path, kind, before, after, liveEdit }) => ({ path, kind, before, after, liveEdit })),
    drifted: [...plan.drifted.keys()],
    protected: plan.tree.protected,
    overlaid: plan.tree.overlaid,
  };
}
