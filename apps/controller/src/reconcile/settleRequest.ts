import { annotations, stokers } from '@stoker/crd-types';
import { keyOf } from '@stoker/kube';
import { chooseTarget, type RefTarget } from '../refs/target.ts';
import type { Deps } from './deps.ts';
import { done, type Draft, type Outcome } from './draft.ts';

/** Which ref the CR is on; a request that is over loses its annotations, one that a person wrote by hand is completed. */
export async function settleRequest(
  draft: Draft,
  deps: Pick<Deps, 'now'> & {
    readonly client: Pick<Deps['client'], 'mergePatch'>;
    readonly stokers: Pick<Deps['stokers'], 'wrote'>;
  },
): Promise<Outcome> {
  const target = chooseTarget(draft.stoker, deps.now());
  draft.target = target;
  const notes = changedAnnotations(target.kind, draft, deps.now());
  if (notes !== undefined) {
    const patch = { metadata: { annotations: notes } };
    deps.stokers.wrote(await deps.client.mergePatch(stokers, keyOf(draft.stoker), patch));
  }
  return done;
}

const requestNotes = [
  annotations.requestedRef,
  annotations.requestedAt,
  annotations.requestedBy,
  annotations.requestedOver,
];

function changedAnnotations(
  kind: RefTarget['kind'],
  { stoker }: Draft,
  now: Date,
): Record<string, string | null> | undefined {
  const notes = stoker.metadata.annotations ?? {};
  if (kind === 'requested') return undefined;
  if (kind !== 'incomplete') {
    // What is left of a request would be taken for the time and ref of the next one that is written by hand.
    const left = requestNotes.filter((name) => name in notes);
    return left.length === 0 ? undefined : Object.fromEntries(left.map((name) => [name, null]));
  }
  const at = notes[annotations.requestedAt] ?? '';
  return {
    // What is no time would never let it expire.
    [annotations.requestedAt]: Number.isNaN(Date.parse(at)) ? now.toISOString() : at,
    [annotations.requestedOver]: notes[annotations.requestedOver] ?? stoker.spec.git.ref,
  };
}
