import { ignitionProtection } from '@stoker/ignition';
import { readStatus, revert, type FileChange } from '@stoker/sync-engine';
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
  const changes: FileChange[] = [];
  for (;;) {
    const report = await revert({ target, protection: ignitionProtection, holder }, hooks);
    changes.push(...report.changes);
    if (report.release?.id === leave) continue;
    const { release, syncedAt } = await readStatus(target);
    return { release, syncedAt, changed: changes.length, ...boundChanges(changes) };
  }
}
