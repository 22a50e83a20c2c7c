import type { Manifest } from '../state/manifest.ts';
import { transformTree } from '../transforms/transformTree.ts';
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
  const { source, seal } = request;
  const planFrom = async (known: Manifest | undefined): Promise<SyncPlan> => {
    const listed = await listDesired({ source, recipe, manifest: known, signal, onListed });
    const { tree, contents } = await transformTree(listed, { source, seal, signal });
    enter(run, 'plan', tree.files.size);
    let looked = 0;
    const onFile = (): void => {
      looked += 1;
      if (looked % 256 !== 0) return;
      beat();
      stopIfAborted(signal);
      options.onProgress?.({ phase: 'plan', done: looked, total: Math.max(looked, tree.files.size) });
    };
    const rehash = options.rehash === true;
    return planSync({ request, recipe, tree, contents, manifest, target, rehash, onFile });
  };
  const plan = await planFrom(manifest);
  const writesMade = plan.changes.some(({ desired }) => (desired?.transformId ?? '') !== '');
  // The manifest tells what a transform made, not how: to write that again, the source has to be listed.
  return writesMade && plan.contents === source ? planFrom(undefined) : plan;
}
