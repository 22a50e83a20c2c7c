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
  /** Refs that single gateways of it are on instead. */
  readonly overrides: readonly string[];
}

export type Action =
  /** Ask the git server now. `commit` is a hint. */
  | { readonly kind: 'resolve'; readonly key: string; readonly commit: string | undefined }
  /** Follow this ref instead of `spec.git.ref`. */
  | { readonly kind: 'request'; readonly key: string; readonly ref: string; readonly over: string }
  /** Follow `spec.git.ref` again. */
  | { readonly kind: 'clear'; readonly key: string };

/** Nothing to do, with a sentence for the sender's log and the reason for ours. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly reason: 'Ping' | 'RefMissing' | 'RefNotFollowed' | 'RepositoryNotFollowed' | 'StokerGone';
  readonly why: string;
}

/**
 * What an event on a CR's own path does. A push resolves if the CR, or a gateway of it, is on that branch; a tag, a release, a promotion or a
 * plain ref moves the CR there.
 *
 * @throws StokerError `InvalidRef`
 */
export function routeToOne(event: ReceivedEvent, tracker: Tracker): Action | Ignored {
  const { key, stoker, followedRef } = tracker;
  const { kind, ref, commit } = event;
  if (kind === 'ping') return ignored('Ping', 'a ping');
  if (ref === undefined) return ignored('RefMissing', 'the event names no ref');
  if (!isAbout(event, stoker)) return ignored('RepositoryNotFollowed', 'the event is about another repository');
  if (isSameRef(ref, followedRef)) return { kind: 'resolve', key, commit };
  if (kind === 'push' && isOverride(ref, tracker)) return { kind: 'resolve', key, commit: undefined };
  if (kind === 'push') return ignored('RefNotFollowed', `a push to another branch than ${followedRef}`);
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
  for (const tracker of trackers) {
    const { key, stoker, followedRef } = tracker;
    const isFollowed = isSameRef(ref, followedRef);
    if (stoker.spec.webhook !== undefined || !(isFollowed || isOverride(ref, tracker))) continue;
    const repository = canonicalRepository(stoker.spec.git.repo);
    if (repository !== undefined && named.has(repository))
      actions.push({ kind: 'resolve', key, commit: isFollowed ? commit : undefined });
  }
  return actions;
}

/** The announced commit is none of the CR's own ref then, and no hint for it. */
function isOverride(ref: string, { overrides }: Tracker): boolean {
  return overrides.some((override) => isSameRef(ref, override));
}

function ignored(reason: Ignored['reason'], why: string): Ignored {
  return { kind: 'ignored', reason, why };
}

/**
 * An organisation's hook delivers events of all its repositories to one path: a release of another one moves nothing,
 * and its commits are none that a push to the same branch here could bring. Hosts are not compared, since a server often
 * has one name inside the cluster and another in its own events.
 */
function isAbout({ repositories }: ReceivedEvent, stoker: Stoker): boolean {
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
