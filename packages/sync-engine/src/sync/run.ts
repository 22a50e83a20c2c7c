import { foldsNames } from '../disk/foldsNames.ts';
import type { Manifest } from '../state/manifest.ts';
import { transformTree } from '../transforms/transformTree.ts';
import { stopIfAborted } from '../syncError.ts';
import type { SyncOptions, SyncPhase } from '../types.ts';
import type { WholeRequest } from './withDefaults.ts';
import { listDesired } from './listDesired.ts';
import { planSync } from './planSync.ts';
import type { SyncPlan } from './planSync.ts';
import type { Recipe } from './recipe.ts';
import type { Stopwatch } from './stopwatch.ts';

/** What the steps of one sync share. */
export interface Run {
  readonly request: WholeRequest;
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
  const targetFoldsNames = foldsNames(target);
  const planFrom = async (known: Manifest | undefined): Promise<SyncPlan | undefined> => {
    const listed = await listDesired({ source, recipe, manifest: known, targetFoldsNames, signal, onListed });
    const { tree, contents, lacks } = await transformTree(listed, {
      source,
      seal,
      signal,
      known: sameRecipe(run, known),
    });
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
    const plan = planSync({ request, recipe, tree, contents, manifest, target, targetFoldsNames, rehash, onFile });
    // Only a manifest tells what was made of a file without making it; to write that again, the source has to be asked.
    return plan.changes.some(({ desired }) => desired !== undefined && lacks(desired)) ? undefined : plan;
  };
  // A manifest that somebody has forged shows only where the source is asked what there should be.
  const plan = (await planFrom(options.rehash === true ? undefined : manifest)) ?? (await planFrom(undefined));
  if (plan === undefined) throw new Error('everything was made, and yet something was not');
  return plan;
}

/** What was written by the recipe that counts now, so that what it made of a file tells what it would make again. */
function sameRecipe({ recipe, request }: Run, known: Manifest | undefined): Manifest['entries'] | undefined {
  const { context, blobHash } = known?.header ?? {};
  return context === recipe.context && blobHash === request.source.blobHash ? known?.entries : undefined;
}
