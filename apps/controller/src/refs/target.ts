import { annotations, type Stoker } from '@stoker/crd-types';

/** For how long a requested ref stands in for `spec.git.ref`. Whoever wants to keep it writes it there by then. */
const requestLifetimeMs = 7 * 24 * 3600 * 1000;

export type RefTarget =
  | { readonly kind: 'spec'; readonly ref: string }
  | { readonly kind: 'requested'; readonly ref: string; readonly by: string | undefined; readonly expiresAt: Date }
  /** The request is over: its annotations are to be removed. */
  | { readonly kind: 'spent'; readonly ref: string; readonly why: 'superseded' | 'expired' }
  /** A person wrote the ref alone: the rest is to be added, so that it can expire and yield. */
  | { readonly kind: 'incomplete'; readonly ref: string };

/**
 * Which ref a CR is on. A request by push event (`stoker.io/requested-ref`) goes before `spec.git.ref` until that is
 * changed (`requested-over` holds what it was), until it expires, or until its annotation is removed.
 */
export function chooseTarget(stoker: Stoker, now: Date): RefTarget {
  const specRef = stoker.spec.git.ref;
  const notes = stoker.metadata.annotations ?? {};
  const requested = notes[annotations.requestedRef];
  if (requested === undefined || requested === '') return { kind: 'spec', ref: specRef };
  const at = Date.parse(notes[annotations.requestedAt] ?? '');
  const over = notes[annotations.requestedOver];
  if (Number.isNaN(at) || over === undefined) return { kind: 'incomplete', ref: requested };
  if (over !== specRef) return { kind: 'spent', ref: specRef, why: 'superseded' };
  const expiresAt = new Date(at + requestLifetimeMs);
  if (expiresAt <= now) return { kind: 'spent', ref: specRef, why: 'expired' };
  return { kind: 'requested', ref: requested, by: notes[annotations.requestedBy], expiresAt };
}
