import { findCondition } from '@stoker/kube';
import type { Draft } from '../reconcile/draft.ts';
import type { Claim } from './claim.ts';

/** What the status says already about this very spec and ref. A restart is no news: until the git server answers, it stands. */
export function saidOfThisRef({ stoker, target }: Pick<Draft, 'stoker' | 'target'>, type: string): Claim | undefined {
  const { status, metadata } = stoker;
  const isOfThisRef = status?.ref === target.ref && status.observedGeneration === metadata.generation;
  return isOfThisRef ? findCondition(status?.conditions, type) : undefined;
}
