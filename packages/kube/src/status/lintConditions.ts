import type { Condition, KubeObject } from '../types.ts';
import { findCondition } from './conditions.ts';

export type Linted = KubeObject & {
  readonly status?: { readonly observedGeneration?: number; readonly conditions?: readonly Condition[] };
};

interface Rule {
  /** Stable: tests name it. */
  readonly id: string;
  /** What is wrong, or nothing. */
  readonly check: (object: Linted, conditions: readonly Condition[]) => readonly string[];
}

/** For each condition on its own. */
const each =
  (check: (condition: Condition, object: Linted) => string | false): Rule['check'] =>
  (object, conditions) =>
    conditions.map((condition) => check(condition, object)).filter((finding) => finding !== false);

const isTrue = (conditions: readonly Condition[], type: string) => findCondition(conditions, type)?.status === 'True';

/**
 * What `metav1.Condition` demands of every condition, then what kstatus concludes from `Ready`, `Reconciling` and
 * `Stalled`: an object that breaks these makes `kubectl wait` and every GitOps tool wait or go on wrongly.
 */
const rules: readonly Rule[] = [
  {
    id: 'COND001',
    check: (_, conditions) =>
      [...Map.groupBy(conditions, ({ type }) => type)]
        .filter(([, same]) => same.length > 1)
        .map(([type]) => `${type} is there more than once`),
  },
  {
    id: 'COND002',
    check: each(
      ({ type, status }) => !['True', 'False', 'Unknown'].includes(status) && `${type} has the status "${status}"`,
    ),
  },
  {
    id: 'COND003',
    check: each(
      ({ type, reason }) =>
        !/^[A-Za-z](?:[A-Za-z0-9_,:]*[A-Za-z0-9_])?$/u.test(reason ?? '') && `${type} has the reason "${reason}"`,
    ),
  },
  {
    id: 'COND004',
    check: each(
      ({ type, lastTransitionTime: time }) =>
        (!/^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/u.test(time) || Number.isNaN(Date.parse(time))) &&
        `${type} has the lastTransitionTime "${time}"`,
    ),
  },
  {
    id: 'COND005',
    check: each(({ type, message }) => {
      if (typeof message !== 'string') return `${type} has no message`;
      return message.length > 32_768 && `${type} has a message of ${message.length} characters`;
    }),
  },
  {
    id: 'COND006',
    check: each(
      ({ type, observedGeneration }, { metadata }) =>
        isAhead(observedGeneration, metadata.generation) &&
        `${type} has seen generation ${observedGeneration} of ${metadata.generation}`,
    ),
  },
  {
    id: 'COND007',
    check: ({ metadata, status }) =>
      isAhead(status?.observedGeneration, metadata.generation)
        ? [`the status has seen generation ${status?.observedGeneration} of ${metadata.generation}`]
        : [],
  },
  {
    id: 'COND008',
    check: (_, conditions) =>
      ['Reconciling', 'Stalled']
        .filter((type) => isTrue(conditions, 'Ready') && isTrue(conditions, type))
        .map((type) => `Ready and ${type} are both True`),
  },
  {
    id: 'COND009',
    check: (_, conditions) =>
      isTrue(conditions, 'Reconciling') && isTrue(conditions, 'Stalled')
        ? ['Reconciling and Stalled are both True']
        : [],
  },
  {
    id: 'COND010',
    check: ({ metadata }, conditions) => {
      const seen = findCondition(conditions, 'Ready')?.observedGeneration;
      const isStale = seen !== undefined && metadata.generation !== undefined && seen < metadata.generation;
      return isStale && isTrue(conditions, 'Ready')
        ? [`Ready is True for generation ${seen}, but the object is at ${metadata.generation}`]
        : [];
    },
  },
  {
    id: 'COND011',
    check: ({ metadata, status }, conditions) =>
      ['Reconciling', 'Stalled', 'Ready'].flatMap((type) => {
        const seen = findCondition(conditions, type)?.observedGeneration;
        return isAhead(seen, status?.observedGeneration) && !isAhead(seen, metadata.generation)
          ? [`${type} has seen generation ${seen}, the status only ${status?.observedGeneration}`]
          : [];
      }),
  },
];

/**
 * Findings like `COND008: Ready and Stalled are both True`, none when all is well. Meant for objects at rest: between
 * a change of the spec and its reconcile, COND010 is as it should be.
 */
export function lintConditions(object: KubeObject): string[] {
  const linted: Linted = object;
  const conditions = linted.status?.conditions ?? [];
  return rules.flatMap(({ id, check }) => check(linted, conditions).map((finding) => `${id}: ${finding}`));
}

/** Whether what was seen is newer than what there is; not, where either is not said. */
export function isAhead(observed: number | undefined, generation: number | undefined): boolean {
  return observed !== undefined && generation !== undefined && observed > generation;
}
