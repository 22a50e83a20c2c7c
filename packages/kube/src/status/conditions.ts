import type { Condition } from '../types.ts';

/** The condition of a type, if there is one. */
export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/**
 * The conditions with one of them set, in its old place or at the end. `lastTransitionTime` moves only when the status
 * does: a new message is no transition.
 */
export function setCondition(
  conditions: readonly Condition[],
  next: Omit<Condition, 'lastTransitionTime'>,
  now: Date,
): readonly Condition[] {
  const before = findCondition(conditions, next.type);
  const hasMoved = before?.status !== next.status;
  // Kubernetes writes whole seconds, and would read ours as a change.
  const lastTransitionTime = hasMoved ? now.toISOString().replace(/\.\d+Z$/u, 'Z') : before.lastTransitionTime;
  const set: Condition = { ...next, lastTransitionTime };
  return before ? conditions.map((condition) => (condition === before ? set : condition)) : [...conditions, set];
}
