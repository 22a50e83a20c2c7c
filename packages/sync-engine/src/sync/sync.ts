import { lstatSync } from 'node:fs';
import { isStokerError } from '@stoker/errors';
import { stateFolderName } from '../desired/guard.ts';
import { journalName, undoJournalName } from '../state/journal.ts';
import { readManifest } from '../state/manifestFile.ts';
import { countSync, isRehashDue } from '../state/rehashCount.ts';
import { explained, stopIfAborted, syncError } from '../syncError.ts';
import type { SyncOptions, SyncReport, SyncRequest } from '../types.ts';
import { converge } from './converge.ts';
import { findTarget, makeTarget } from './findTarget.ts';
import { holdTarget } from './holdTarget.ts';
import { readRecipe } from './recipe.ts';
import { reportOf } from './reportOf.ts';
import { makePlan } from './run.ts';
import type { Run } from './run.ts';
import { stagePlan } from './stagePlan.ts';
import { startStopwatch } from './stopwatch.ts';
import { withDefaults } from './withDefaults.ts';

/**
 * Makes the target equal to what the mappings take from the source, or leaves it exactly as it is and throws a
 * `StokerError` (reasons: README). Recovers first from a crash of an earlier sync. With `dryRun` nothing is written,
 * and the report says exactly what would happen.
 */
export async function sync(asked: SyncRequest, options: SyncOptions = {}): Promise<SyncReport> {
  const request = withDefaults(asked);
  const recipe = readRecipe(request);
  stopIfAborted(options.signal);
  const stopwatch = startStopwatch();
  const run = { request, options, recipe, stopwatch };
  try {
    if (options.dryRun === true) return await predict({ ...run, target: findTarget(request.target) });
    const target = makeTarget(request.target);
    const held = { holder: request.holder, signal: options.signal };
    return await holdTarget(target, held, async (state, lock) => {
      const rehash = options.rehash === true || isRehashDue(state);
      const report = await converge({ ...run, target, options: { ...options, rehash } }, state, lock);
      countSync(state, rehash);
      return report;
    });
  } catch (error) {
    // A source that is told to stop says so in its own way.
    if (!isStokerError(error)) stopIfAborted(options.signal);
    throw explained(error);
  }
}

async function predict(run: Run): Promise<SyncReport> {
  const statePath = `${run.target}/${stateFolderName}`;
  refuseInterrupted(statePath);
  const state = { path: statePath, sync: () => undefined, close: () => undefined };
  const rehash = run.options.rehash === true || isRehashDue({ state });
  const options = { ...run.options, rehash };
  const plan = await makePlan({ ...run, options }, readManifest({ state }), () => undefined);
  const staged = await stagePlan(plan, undefined, {
    signal: run.options.signal,
    onStaged: () => undefined,
  });
  return reportOf({
    plan,
    outcome: 'dry-run',
    staged,
    groups: run.recipe.groups,
    listsUnchanged: run.options.listUnchanged === true,
    snapshot: undefined,
    recovered: 'nothing',
    durationsMs: run.stopwatch.read(),
  });
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
