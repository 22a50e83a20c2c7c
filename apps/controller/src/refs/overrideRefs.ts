import type { RefRequest } from './refRequest.ts';
import type { RefState } from './refState.ts';
import type { RefWatcher } from './refWatcher.ts';

/** The refs that pods of a CR ask for beside the CR's own. */
export interface OverrideRefs {
  /** Follows these and no others for the CR, and answers what is known of each ref. */
  follow(key: string, requests: readonly RefRequest[]): ReadonlyMap<string, RefState>;
  /** Asks for all of them now. */
  poke(key: string): void;
}

/** Keeps one subscription of the ref watcher for each ref of each CR. */
export function createOverrideRefs(refs: RefWatcher): OverrideRefs {
  const followed = new Map<string, ReadonlySet<string>>();
  return {
    follow: (key, requests) => {
      const now = new Set(requests.map(({ ref }) => ref));
      for (const ref of followed.get(key) ?? []) if (!now.has(ref)) refs.unfollow(subscriberOf(key, ref));
      if (now.size === 0) followed.delete(key);
      else followed.set(key, now);
      return new Map(requests.map((request) => [request.ref, refs.follow(subscriberOf(key, request.ref), request)]));
    },
    poke: (key) => {
      for (const ref of followed.get(key) ?? []) refs.poke(subscriberOf(key, ref));
    },
  };
}

function subscriberOf(key: string, ref: string): string {
  return `${key} ${ref}`;
}

/** The CR behind a subscription: `namespace/name`, also of one of its overrides. */
export function keyOfSubscriber(subscriber: string): string {
  return subscriber.split(' ', 1)[0] ?? subscriber;
}
