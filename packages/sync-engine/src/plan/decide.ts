import type { DriftPolicy } from '../types.ts';
import type { Observation } from './observe.ts';

export type Decision =
  /** Make the live file the desired one, or delete it where none is desired. */
  | { readonly action: 'write' | 'delete'; readonly liveEdit: boolean }
  /** Leave a live edit as it is, and say so. */
  | { readonly action: 'keep' }
  /** Nothing to do and nothing to say. */
  | { readonly action: 'nothing' };

export interface DriftRule {
  readonly driftPolicy: DriftPolicy;
  /** The release that was applied last is applied again. */
  readonly sameRelease: boolean;
}

/**
 * The table of live edits: base is what was last written, live what is there, desired what the release says.
 *
 * |             | desired = base                                | desired ≠ base                  |
 * |-------------|-----------------------------------------------|---------------------------------|
 * | live = base | nothing                                       | apply                           |
 * | live ≠ base | `report`, `ignore`: keep; `restore`: put back | apply, and keep the live copy   |
 *
 * A stranger in a mirrored folder (neither desired nor ever written) follows the release instead of its own base: the
 * next release mirrors the folder and removes it, the same release again leaves it to the policy.
 */
export function decide(seen: Observation, rule: DriftRule): Decision {
  const action = seen.desired === undefined ? 'delete' : 'write';
  if (action === 'delete' && seen.live !== 'file' && seen.live !== 'symlink') return { action: 'nothing' };
  const isStranger = seen.desired === undefined && seen.base === undefined;
  const desiredIsBase = isStranger ? rule.sameRelease : seen.desiredIsBase;
  const isNewHere = seen.base === undefined && seen.live !== 'file' && seen.live !== 'symlink';
  const liveEdit = !seen.liveIsBase && !isNewHere;
  if (liveEdit && desiredIsBase && rule.driftPolicy !== 'restore') return { action: 'keep' };
  return { action, liveEdit };
}
