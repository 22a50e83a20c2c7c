import { realpathSync } from 'node:fs';
import { recoverState } from '../apply/recoverState.ts';
import { takeLock } from '../state/lock.ts';
import { openState } from '../state/stateFolder.ts';
import { diskError, explained } from '../syncError.ts';

/**
 * Finishes or undoes what an interrupted sync left; `sync` does the same first. Throws `LockHeld`, `TargetReadOnly`,
 * `TargetIOError`.
 */
export async function recover(
  target: string,
  options: { readonly holder: string },
): Promise<'nothing' | 'finished' | 'undone'> {
  const state = openState(resolveTarget(target));
  try {
    // Lock first: a sync that is running has a journal too.
    const lock = await takeLock(state.state, options);
    try {
      return recoverState(state);
    } finally {
      lock.release();
    }
  } catch (error) {
    throw explained(error);
  } finally {
    state.close();
  }
}

function resolveTarget(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw diskError(error, 'open the target', path);
  }
}
