import type { Condition, KubeObject } from '../types.ts';
import { findCondition } from './conditions.ts';
import { isAhead, type Linted } from './lintConditions.ts';

interface TimeRule {
  readonly id: string;
  /** What is wrong with one condition, as it was and is, or nothing. */
  readonly check: (before: Condition, after: Condition) => string | false;
}

/** What may not happen to a condition between two looks at the same object. */
const timeRules: readonly TimeRule[] = [
  {
    id: 'COND012',
    check: (before, after) =>
      isAhead(before.observedGeneration, after.observedGeneration) &&
      `went from generation ${before.observedGeneration} back to ${after.observedGeneration}`,
  },
  {
    id: 'COND013',
    check: (before, after) =>
      before.observedGeneration !== undefined &&
      after.observedGeneration === undefined &&
      `has forgotten its generation ${before.observedGeneration}`,
  },
  {
    id: 'COND014',
    check: (before, after) =>
      before.status === after.status &&
      before.lastTransitionTime !== after.lastTransitionTime &&
      `is ${after.status} as before, but has another lastTransitionTime`,
  },
  {
    id: 'COND015',
    check: (before, after) =>
      before.status !== after.status &&
      Date.parse(after.lastTransitionTime) < Date.parse(before.lastTransitionTime) &&
      `became ${after.status} before it became ${before.status}`,
  },
];

/**
 * What is wrong with how conditions went from one look at an object to the next one. Of an object that was made anew, with
 * another UID, nothing is asked; a condition that has gone and come again begins anew, too.
 */
export function lintTransitions(before: KubeObject, after: KubeObject): string[] {
  if (before.metadata.uid !== after.metadata.uid) return [];
  const [earlier, later]: readonly Linted[] = [before, after];
  const ofObject = isAhead(earlier?.status?.observedGeneration, later?.status?.observedGeneration)
    ? [
        `COND016: the status went from generation ${earlier?.status?.observedGeneration} back to ${later?.status?.observedGeneration}`,
      ]
    : [];
  const ofConditions = (later?.status?.conditions ?? []).flatMap((condition) => {
    const known = findCondition(earlier?.status?.conditions, condition.type);
    if (known === undefined) return [];
    return timeRules.flatMap(({ id, check }) => {
      const finding = check(known, condition);
      return finding === false ? [] : [`${id}: ${condition.type} ${finding}`];
    });
  });
  return [...ofObject, ...ofConditions];
}
