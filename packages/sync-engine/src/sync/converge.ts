import { lstatSync } from 'node:fs';
import { recoverState } from '../apply/recoverState.ts';
import { sweepStage } from '../apply/stageFiles.ts';
import { journalName, undoJournalName } from '../state/journal.ts';
import type { Lock } from '../state/lock.ts';
import type { Manifest, ManifestHeader } from '../state/manifest.ts';
import { readManifest, writeManifest } from '../state/manifestFile.ts';
import type { StateFolder } from '../state/stateFolder.ts';
import { stopIfAborted } from '../syncError.ts';
import type { SyncPhase, SyncReport } from '../types.ts';
import { applyPlan, settledManifest, stagePlan, writesOf } from './applyPlan.ts';
import type { SyncPlan } from './planSync.ts';
import { reportOf } from './reportOf.ts';
import { enter, makePlan } from './run.ts';
import type { Run } from './run.ts';

/** The sync proper, with the lock held: recover, plan, stage, ask, apply, remember. */
export async function converge(run: Run, state: StateFolder, lock: Lock): Promise<SyncReport> {
  const { options, stopwatch } = run;
  const recovered = recoverState(state);
  const manifest = readManifest(state);
  const plan = await makePlan(run, manifest, () => lock.beat());
  const header = headerOf(run, plan);
  const facts = { plan, recovered, snapshot: undefined };
  if (plan.operations.length === 0) {
    enter(run, 'finish', 0);
    rememberIfNew(state, plan, header, manifest);
    return reportOf({ ...facts, outcome: 'unchanged', bytesWritten: 0, durationsMs: stopwatch.read() });
  }

  const writes = writesOf(plan).length;
  const progress = counter(run, lock);
  try {
    enter(run, 'stage', writes);
    const onStaged = progress('stage', writes);
    const staged = await stagePlan(plan, state, { signal: options.signal, onStaged });
    const outcome = { ...facts, outcome: 'synced' as const, bytesWritten: staged.bytes };
    await askFirst(run, lock, reportOf({ ...outcome, durationsMs: stopwatch.read() }));
    enter(run, 'apply', plan.operations.length);
    const onDone = progress('apply', plan.operations.length);
    const snapshot = applyPlan({ state, plan, header, staged: staged.stats, manifest, now: new Date(), onDone });
    enter(run, 'finish', 0);
    return reportOf({ ...outcome, snapshot, durationsMs: stopwatch.read() });
  } catch (error) {
    if (!lock.isLost()) sweepUnlessInterrupted(state);
    throw error;
  }
}

/** The caller may wait for something here, such as a scan lock: the last moment to stop without a trace. */
async function askFirst({ options }: Run, lock: Lock, report: SyncReport): Promise<void> {
  const stopBeating = lock.keepBeating();
  try {
    await options.beforeApply?.(report);
  } finally {
    stopBeating();
  }
  lock.beat();
  stopIfAborted(options.signal);
}

function headerOf({ request, recipe }: Run, plan: SyncPlan): ManifestHeader {
  return {
    release: request.release,
    syncedAt: new Date().toISOString(),
    blobHash: request.source.blobHash,
    sourceId: request.source.id,
    context: recipe.context,
    overlaid: plan.tree.overlaid,
    protected: plan.tree.protected,
    provided: plan.tree.provided,
    files: plan.tree.files.size,
  };
}

/** Nothing to write to the target, but maybe another release, or stats that a mount rewrote. */
function rememberIfNew(state: StateFolder, plan: SyncPlan, header: ManifestHeader, before: Manifest | undefined): void {
  const { sourceId, context, release } = before?.header ?? {};
  const isKnown =
    sourceId === header.sourceId &&
    context === header.context &&
    JSON.stringify(release) === JSON.stringify(header.release);
  if (isKnown && !plan.observations.refreshed) return;
  writeManifest(state, settledManifest(plan, header, before));
}

function sweepUnlessInterrupted(state: StateFolder): void {
  const interrupted = [journalName, undoJournalName].some((name) =>
    lstatSync(`${state.state.path}/${name}`, { throwIfNoEntry: false }),
  );
  if (!interrupted) sweepStage(state.stage);
}

/** Beats and reports at most every 50 ms, and at the end. */
function counter({ options }: Run, lock: Lock) {
  return (phase: SyncPhase, total: number) => {
    let last = -Infinity;
    return (done: number): void => {
      const now = performance.now();
      if (done < total && now - last < 50) return;
      last = now;
      lock.beat();
      options.onProgress?.({ phase, done, total });
    };
  };
}
