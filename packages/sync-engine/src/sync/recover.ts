import { lstatSync } from 'node:fs';
import { recoverState } from '../apply/recoverState.ts';
import { stateFolderName } from '../desired/guard.ts';
import { explained } from '../syncError.ts';
import { findTarget } from './findTarget.ts';
import { holdTarget } from './holdTarget.ts';

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
  try {
    return await holdTarget(path, options, async (state, lock) => recoverState(state, lock));
  } catch (error) {
    throw explained(error);
  }
}
