import { ignitionProtection } from '@stoker/ignition';
import { readStatus, recover, revert, type FileChange } from '@stoker/sync-engine';
import { boundChanges } from '../sidecar/changeReport.ts';
import type { RevertJob, RevertSummary } from './messages.ts';

/**
 * Takes syncs back until the folder holds another release: one may have been synced several times, where live edits were
 * put back in between.
 * @throws StokerError of the engine: `NothingToRevert`, `SnapshotDamaged`
 */
export async function takeBack(
  { target, holder, leave }: RevertJob,
  hooks: { readonly signal: AbortSignal; readonly beforeApply: () => Promise<void> },
): Promise<RevertSummary> {
  // Where the thread died in or behind an earlier try, it may be done: once more would take back a release too many.
  await recover(target, { holder });
  const found = await readStatus(target);
  if (found.release !== undefined && found.release.id !== leave) {
    return { release: found.release, syncedAt: found.syncedAt, changed: 0, ...boundChanges([]) };
  }
  const changes: FileChange[] = [];
  for (;;) {
    const report = await revert({ target, protection: ignitionProtection, holder }, hooks);
    changes.push(...report.changes);
    if (report.release?.id === leave) continue;
    const { release, syncedAt } = await readStatus(target);
    return { release, syncedAt, changed: changes.length, ...boundChanges(changes) };
  }
}
