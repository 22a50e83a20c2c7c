import { annotations, stokers } from '@stoker/crd-types';
import { keyOf } from '@stoker/kube';
import { chooseTarget } from '../refs/target.ts';
import type { Deps } from './deps.ts';
import { done, type Draft, type Outcome } from './draft.ts';

/** Which ref the CR is on; a request that is over loses its annotations, one that a person wrote by hand is completed. */
export async function settleRequest(draft: Draft, deps: Deps): Promise<Outcome> {
  const target = chooseTarget(draft.stoker, deps.now());
  draft.target = target;
  const notes = changedAnnotations(target.kind, draft, deps.now());
  if (notes !== undefined) {
    const patch = { metadata: { annotations: notes } };
    deps.stokers.wrote(await deps.client.mergePatch(stokers, keyOf(draft.stoker), patch));
  }
  return done;
}

function changedAnnotations(kind: string, { stoker }: Draft, now: Date): Record<string, string | null> | undefined {
  const notes = stoker.metadata.annotations ?? {};
  if (kind === 'spent') {
    return {
      [annotations.requestedRef]: null,
      [annotations.requestedAt]: null,
      [annotations.requestedBy]: null,
      [annotations.requestedOver]: null,
    };
  }
  if (kind !== 'incomplete') return undefined;
  return {
    [annotations.requestedAt]: notes[annotations.requestedAt] ?? now.toISOString(),
    [annotations.requestedOver]: notes[annotations.requestedOver] ?? stoker.spec.git.ref,
  };
}
