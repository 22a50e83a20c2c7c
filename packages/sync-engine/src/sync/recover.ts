import { lstatSync } from 'node:fs';
import { recoverState } from '../apply/recoverState.ts';
import { stateFolderName } from '../desired/guard.ts';
import { takeLock } from '../state/lock.ts';
import { openState } from '../state/stateFolder.ts';
import { explained } from '../syncError.ts';
import { findTarget } from './findTarget.ts';

/**
 * Finishes or undoes what an interrupted sync left; `sync` does the same first. A target that was never synced is left
 * as it is. Throws `LockHeld`, `TargetReadOnly`, `TargetIOError`.
 */
export async function recover(
  target: string,
  options: { readonly holder: string },
): Promise<'nothing' | 'finished' | 'undone'> {
  const path = findTarget(target);
  if (lstatSync(`${path}/${stateFolderName}`, { throwIfNoEntry: false })?.isDirectory() !== true) return 'nothing';
  const state = openState(path);
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
