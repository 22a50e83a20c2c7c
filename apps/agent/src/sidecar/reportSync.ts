import type { Release } from '@stoker/crd-types';
import type { SyncSummary } from '../worker/messages.ts';
import type { Reports } from './reports.ts';

/** Publishes what a sync changed. One that changed nothing leaves the report of the one before it. */
export function reportSync(
  reports: Reports,
  podUID: string,
  release: Pick<Release, 'id' | 'commit'>,
  summary: Pick<SyncSummary, 'changes' | 'omitted'>,
): void {
  const { changes, omitted } = summary;
  if (changes.length === 0 && omitted === 0) return;
  reports.changes({
    schema: 1,
    podUID,
    commit: release.commit,
    releaseId: release.id,
    at: new Date().toISOString(),
    changes,
    omitted,
  });
}
