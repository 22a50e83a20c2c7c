import { takeLock } from '../state/lock.ts';
import type { Lock } from '../state/lock.ts';
import { dropUnusedState, openState } from '../state/stateFolder.ts';
import type { StateFolder } from '../state/stateFolder.ts';

/**
 * Opens the working folder of a target, made where it is missing, and holds its lock while `work` runs.
 * Throws `LockHeld`, `Cancelled`, `TargetReadOnly`, `TargetIOError`, `StorageFull`.
 */
export async function holdTarget<Result>(
  target: string,
  options: { readonly holder: string; readonly signal?: AbortSignal | undefined },
  work: (state: StateFolder, lock: Lock) => Promise<Result>,
): Promise<Result> {
  const state = openState(target);
  try {
    // Lock first: a sync that is running has a journal too.
    const lock = await takeLock(state.state, options);
    try {
      return await work(state, lock);
    } finally {
      lock.release();
    }
  } finally {
    dropUnusedState(state);
    state.close();
  }
}
