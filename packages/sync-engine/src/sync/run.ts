import type { Manifest } from '../state/manifest.ts';
import { stopIfAborted } from '../syncError.ts';
import type { SyncOptions, SyncPhase, SyncRequest } from '../types.ts';
import { listDesired } from './listDesired.ts';
import { planSync } from './planSync.ts';
import type { SyncPlan } from './planSync.ts';
import type { Recipe } from './recipe.ts';
import type { Stopwatch } from './stopwatch.ts';

/** What the steps of one sync share. */
export interface Run {
  readonly request: SyncRequest;
  readonly options: SyncOptions;
  readonly recipe: Recipe;
  readonly stopwatch: Stopwatch;
  /** Absolute and without links. */
  readonly target: string;
}

export function enter({ stopwatch, options }: Run, phase: SyncPhase, total: number): void {
  stopwatch.enter(phase);
  options.onProgress?.({ phase, done: 0, total });
}

/** Lists and compares; what is planned is the same in a dry run. `beat` is called now and then. */
export async function makePlan(run: Run, manifest: Manifest | undefined, beat: () => void): Promise<SyncPlan> {
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
