import type { Stoker } from '@stoker/crd-types';
import { canonicalRepository, checkRef } from '@stoker/gitref';

/** What an authentic push event says, as far as it decides anything here. */
export interface ReceivedEvent {
  readonly sender: string;
  readonly kind: 'push' | 'tag' | 'release' | 'promotion' | 'generic' | 'ping';
  readonly ref?: string | undefined;
  readonly commit?: string | undefined;
  readonly repositories: readonly string[];
}

/** A CR as the receiver sees it. */
export interface Tracker {
  readonly key: string;
  readonly stoker: Stoker;
  /** The ref that it follows now: `spec.git.ref` or a requested one. */
  readonly followedRef: string;
}

export type Action =
  /** Ask the git server now. `commit` is a hint. */
  | { readonly kind: 'resolve'; readonly key: string; readonly commit: string | undefined }
  /** Follow this ref instead of `spec.git.ref`. */
  | { readonly kind: 'request'; readonly key: string; readonly ref: string; readonly over: string }
  /** Follow `spec.git.ref` again. */
  | { readonly kind: 'clear'; readonly key: string };

/** Nothing to do, with the reason for the sender's log. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly why: string;
}

/**
 * What an event on a CR's own path does. A push resolves if the CR is on that branch; a tag, a release, a promotion or a
 * plain ref moves the CR there.
 *
 * @throws StokerError `InvalidRef`
 */
export function routeToOne(event: ReceivedEvent, { key, stoker, followedRef }: Tracker): Action | Ignored {
  const { kind, ref, commit } = event;
  if (kind === 'ping') return { kind: 'ignored', why: 'a ping' };
  if (ref === undefined) return { kind: 'ignored', why: 'the event names no ref' };
  if (isSameRef(ref, followedRef)) return { kind: 'resolve', key, commit };
  if (kind === 'push') return { kind: 'ignored', why: `a push to another branch than ${followedRef}` };
  if (!mayMove(event, stoker)) return { kind: 'ignored', why: 'the event is about another repository' };
  checkRef(ref);
  const specRef = stoker.spec.git.ref;
  return isSameRef(ref, specRef) ? { kind: 'clear', key } : { kind: 'request', key, ref, over: specRef };
}

/**
 * What an event on the path of the installation does: CRs that follow this ref of this repository resolve it. It never
 * moves a ref, and leaves CRs with a secret of their own alone: one team's event must not reach into another's CR.
 */
export function routeToAll(event: ReceivedEvent, trackers: Iterable<Tracker>): readonly Action[] {
  const { ref, commit } = event;
  if (event.kind === 'ping' || ref === undefined) return [];
  const named = new Set(event.repositories.map(canonicalRepository).filter((name) => name !== undefined));
  if (named.size === 0) return [];
  const actions: Action[] = [];
  for (const { key, stoker, followedRef } of trackers) {
    if (stoker.spec.webhook !== undefined || !isSameRef(ref, followedRef)) continue;
    const repository = canonicalRepository(stoker.spec.git.repo);
    if (repository !== undefined && named.has(repository)) actions.push({ kind: 'resolve', key, commit });
  }
  return actions;
}

/**
 * An organisation's hook delivers events of all its repositories to one path: a release of another one moves nothing.
 * Hosts are not compared, since a server often has one name inside the cluster and another in its own events.
 */
function mayMove({ repositories }: ReceivedEvent, stoker: Stoker): boolean {
  const own = pathOf(stoker.spec.git.repo);
  return repositories.length === 0 || repositories.some((name) => pathOf(name) === own);
}

function pathOf(repository: string): string | undefined {
  const canonical = canonicalRepository(repository);
  return canonical?.slice(canonical.indexOf('/') + 1);
}

/** `main` and `refs/heads/main` are one; `refs/heads/v1` and `refs/tags/v1` are two. */
function isSameRef(a: string, b: string): boolean {
  if (a === b) return true;
  return shortRef(a) === shortRef(b) && !(a.startsWith('refs/') && b.startsWith('refs/'));
}

function shortRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags)\//, '');
}
