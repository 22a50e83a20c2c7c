import { lstatSync } from 'node:fs';
import { isStokerError } from '@stoker/errors';
import { recoverState } from '../apply/recoverState.ts';
import { sweepStage } from '../apply/stageFiles.ts';
import { stateFolderName } from '../desired/guard.ts';
import { journalName, undoJournalName } from '../state/journal.ts';
import { takeLock } from '../state/lock.ts';
import type { Lock } from '../state/lock.ts';
import type { Manifest, ManifestHeader } from '../state/manifest.ts';
import { readManifest, writeManifest } from '../state/manifestFile.ts';
import { dropUnusedState, openState } from '../state/stateFolder.ts';
import type { StateFolder } from '../state/stateFolder.ts';
import { explained, stopIfAborted, syncError } from '../syncError.ts';
import type { SyncOptions, SyncPhase, SyncReport, SyncRequest } from '../types.ts';
import { applyPlan, settledManifest, stagePlan, writesOf } from './applyPlan.ts';
import { findTarget, makeTarget } from './findTarget.ts';
import { listDesired } from './listDesired.ts';
import { planSync } from './planSync.ts';
import type { SyncPlan } from './planSync.ts';
import { readRecipe } from './recipe.ts';
import type { Recipe } from './recipe.ts';
import { reportOf } from './reportOf.ts';
import { startStopwatch } from './stopwatch.ts';
import type { Stopwatch } from './stopwatch.ts';

/**
 * Makes the target equal to what the mappings take from the source, or leaves it exactly as it is and throws a
 * `StokerError` (reasons: README). Recovers first from a crash of an earlier sync. With `dryRun` nothing is written,
 * and the report says exactly what would happen.
 */
export async function sync(request: SyncRequest, options: SyncOptions = {}): Promise<SyncReport> {
  const recipe = readRecipe(request);
  stopIfAborted(options.signal);
  const stopwatch = startStopwatch();
  const run = { request, options, recipe, stopwatch };
  try {
    if (options.dryRun === true) return await predict({ ...run, target: findTarget(request.target) });
    const target = makeTarget(request.target);
    const state = openState(target);
    try {
      const lock = await takeLock(state.state, { holder: request.holder, signal: options.signal });
      try {
        return await converge({ ...run, target }, state, lock);
      } finally {
        lock.release();
      }
    } finally {
      dropUnusedState(state);
      state.close();
    }
  } catch (error) {
    // A source that is told to stop says so in its own way.
    if (!isStokerError(error)) stopIfAborted(options.signal);
    throw explained(error);
  }
}

interface Run {
  readonly request: SyncRequest;
  readonly options: SyncOptions;
  readonly recipe: Recipe;
  readonly stopwatch: Stopwatch;
  readonly target: string;
}

async function converge(run: Run, state: StateFolder, lock: Lock): Promise<SyncReport> {
  const { options, stopwatch, request } = run;
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
    const staged = await stagePlan(plan, request.source, state, { signal: options.signal, onStaged });
    const outcome = { ...facts, outcome: 'synced' as const, bytesWritten: staged.bytes };
    await options.beforeApply?.(reportOf({ ...outcome, durationsMs: stopwatch.read() }));
    stopIfAborted(options.signal);
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

async function predict(run: Run): Promise<SyncReport> {
  const statePath = `${run.target}/${stateFolderName}`;
  refuseInterrupted(statePath);
  const manifest = readManifest({ state: { path: statePath, sync: () => undefined, close: () => undefined } });
  const plan = await makePlan(run, manifest, () => undefined);
  const staged = await stagePlan(plan, run.request.source, undefined, {
    signal: run.options.signal,
    onStaged: () => undefined,
  });
  return reportOf({
    plan,
    outcome: 'dry-run',
    bytesWritten: staged.bytes,
    snapshot: undefined,
    recovered: 'nothing',
    durationsMs: run.stopwatch.read(),
  });
}

async function makePlan(run: Run, manifest: Manifest | undefined, beat: () => void): Promise<SyncPlan> {
  const { request, options, recipe, target } = run;
  const { signal } = options;
  enter(run, 'list', 0);
  const onListed = (done: number): void => options.onProgress?.({ phase: 'list', done, total: 0 });
  const tree = await listDesired({ source: request.source, recipe, manifest, signal, onListed });
  enter(run, 'plan', tree.files.size);
  let looked = 0;
  const onFile = (): void => {
    looked += 1;
    if (looked % 256 !== 0) return;
    beat();
    stopIfAborted(signal);
    options.onProgress?.({ phase: 'plan', done: looked, total: Math.max(looked, tree.files.size) });
  };
  return planSync({ request, recipe, tree, manifest, target, rehash: options.rehash === true, onFile });
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

function enter({ stopwatch, options }: Run, phase: SyncPhase, total: number): void {
  stopwatch.enter(phase);
  options.onProgress?.({ phase, done: 0, total });
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

function refuseInterrupted(statePath: string): void {
  for (const name of [journalName, undoJournalName]) {
    if (lstatSync(`${statePath}/${name}`, { throwIfNoEntry: false }) === undefined) continue;
    throw syncError(
      'RecoveryPending',
      'an interrupted sync left its journal in the target',
      'run recover, or a sync that is not a dry run',
    );
  }
}
