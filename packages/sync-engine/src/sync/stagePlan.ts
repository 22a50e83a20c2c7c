import { isStokerError } from '@stoker/errors';
import { freeBytesOf, stageFiles, sweepStage } from '../apply/stageFiles.ts';
import type { Staged, StageRequest } from '../apply/stageFiles.ts';
import { dropOldestSnapshot, reclaimableBytes } from '../state/snapshots.ts';
import type { StateFolder } from '../state/stateFolder.ts';
import type { SyncPlan } from './planSync.ts';
import { writesOf } from './writesOf.ts';

/** Bytes that journal, manifest and their temporary copies may need, with room for folders. */
function bookkeepingBytes(plan: SyncPlan): number {
  return 65_536 + 512 * (plan.tree.files.size + plan.operations.length);
}

/**
 * Stages the plan's files, or only checks them (`state` undefined). On a full volume the oldest snapshots make room, where
 * that is enough: for what cannot fit all the same none is given up. Throws as `stageFiles` does.
 */
export async function stagePlan(
  plan: SyncPlan,
  state: StateFolder | undefined,
  options: { readonly signal: AbortSignal | undefined; readonly onStaged: (done: number) => void },
): Promise<Staged> {
  const request: StageRequest = {
    source: plan.contents,
    writes: writesOf(plan),
    stage: state?.stage,
    reservedBytes: bookkeepingBytes(plan),
    ...options,
  };
  try {
    return await stageFiles(request);
  } catch (error) {
    if (state === undefined || !isStokerError(error) || error.reason !== 'StorageFull') throw error;
    sweepStage(state.stage);
    if (!(await makeRoomFor(request, state))) throw error;
    return stageFiles(request);
  }
}

/** Asks the source once more, since no listing tells how long the files are. True if snapshots went, and all fits now. */
async function makeRoomFor(request: StageRequest, { stage, snapshots }: StateFolder): Promise<boolean> {
  const { sizes } = await stageFiles({ ...request, stage: undefined, onStaged: () => undefined });
  const needed = sizes.reduce((sum, size) => sum + Math.ceil(size / 4096) * 4096, request.reservedBytes);
  const isEnough = (): boolean => freeBytesOf(stage) >= needed;
  // Then something else was missing, such as quota, and who knows how much of it.
  if (isEnough() || freeBytesOf(stage) + reclaimableBytes(snapshots) < needed) return false;
  while (!isEnough()) if (!dropOldestSnapshot(snapshots)) return false;
  return true;
}
