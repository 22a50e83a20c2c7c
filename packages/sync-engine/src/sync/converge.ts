import { recoverState } from '../apply/recoverState.ts';
import { sweepUnlessInterrupted } from '../apply/sweepUnlessInterrupted.ts';
import type { Lock } from '../state/lock.ts';
import type { Manifest, ManifestHeader } from '../state/manifest.ts';
import { readManifest, writeManifest } from '../state/manifestFile.ts';
import type { StateFolder } from '../state/stateFolder.ts';
import type { SyncPhase, SyncReport } from '../types.ts';
import { askFirst } from './askFirst.ts';
import { applyPlan } from './applyPlan.ts';
import { settledManifest } from './manifestAfter.ts';
import type { SyncPlan } from './planSync.ts';
import { reportOf } from './reportOf.ts';
import { enter, makePlan } from './run.ts';
import type { Run } from './run.ts';
import { stagePlan } from './stagePlan.ts';
import { writesOf } from './writesOf.ts';

/** The sync proper, with the lock held: recover, plan, stage, ask, apply, remember. */
export async function converge(run: Run, state: StateFolder, lock: Lock): Promise<SyncReport> {
  const { options, stopwatch, recipe } = run;
  const recovered = recoverState(state, lock);
  const manifest = readManifest(state);
  const plan = await makePlan(run, manifest, () => lock.beat());
  const header = headerOf(run, plan, manifest);
  const facts = {
    plan,
    recovered,
    snapshot: undefined,
    staged: undefined,
    groups: recipe.groups,
    listsUnchanged: options.listUnchanged === true,
  };
  if (plan.operations.length === 0) {
    enter(run, 'finish', 0);
    rememberIfNew(state, plan, header, manifest);
    return reportOf({ ...facts, outcome: 'unchanged', durationsMs: stopwatch.read() });
  }

  const writes = writesOf(plan).length;
  const progress = counter(run, lock);
  try {
    enter(run, 'stage', writes);
    const onStaged = progress('stage', writes);
    const staged = await stagePlan(plan, state, { signal: options.signal, onStaged });
    const outcome = { ...facts, outcome: 'synced' as const, staged };
    await askFirst(lock, options.signal, async () =>
      options.beforeApply?.(reportOf({ ...outcome, durationsMs: stopwatch.read() })),
    );
    enter(run, 'apply', plan.operations.length);
    const onDone = progress('apply', plan.operations.length);
    const snapshot = applyPlan({ state, plan, header, staged, manifest, now: new Date(), lock, onDone });
    enter(run, 'finish', 0);
    return reportOf({ ...outcome, snapshot, durationsMs: stopwatch.read() });
  } catch (error) {
    if (!lock.isLost()) sweepUnlessInterrupted(state);
    throw error;
  }
}

function headerOf({ request, recipe }: Run, plan: SyncPlan, before: Manifest | undefined): ManifestHeader {
  return {
    release: request.release,
    syncedAt: new Date().toISOString(),
    blobHash: request.source.blobHash,
    sourceId: request.source.id,
    context: recipe.context,
    overlaid: plan.tree.overlaid,
    protected: [...plan.tree.protected],
    provided: plan.tree.provided,
    files: plan.tree.files.size,
    snapshot: before?.header.snapshot,
  };
}

/** Nothing to write to the target, but maybe another release, or stats that a mount rewrote. */
function rememberIfNew(state: StateFolder, plan: SyncPlan, header: ManifestHeader, before: Manifest | undefined): void {
  const { sourceId, context, release } = before?.header ?? {};
  const isKnown =
    sourceId === header.sourceId &&
    context === header.context &&
    JSON.stringify(release) === JSON.stringify(header.release);
  if (isKnown && !plan.refreshed) return;
  writeManifest(state, settledManifest({ plan, header, before }));
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
