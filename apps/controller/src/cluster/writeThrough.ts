import { type Delta, formatKey, keyOf, type KubeObject, type ObjectKey } from '@stoker/kube';

/** Where versions do not tell: long enough for a watch that lags, short enough for a list that has skipped one. */
const trustedForMs = 10_000;
/** Longer than an answer to a write may take. */
const deletionKnownForMs = 60_000;

/** Own writes, readable before the watch brings them back: nobody here decides on what he himself has replaced. */
export interface WriteThrough<T extends KubeObject> {
  get(key: ObjectKey): T | undefined;
  /** What the server answered to a write. */
  wrote(object: T): void;
  /** To be told of everything that the watch brings. Answers whether it is an own write come back. */
  observed(delta: Delta<T>): boolean;
}

export function createWriteThrough<T extends KubeObject>(
  cached: (key: ObjectKey) => T | undefined,
  now: () => number = Date.now,
): WriteThrough<T> {
  const pending = new Map<string, { readonly object: T; readonly until: number }>();
  /** What the watch saw go, by UID, the oldest first: a write before that may be answered after it. */
  const gone = new Map<string, number>();
  const noteGone = ({ metadata }: T): void => {
    for (const [uid, until] of gone) {
      if (until > now()) break;
      gone.delete(uid);
    }
    gone.set(metadata.uid ?? '', now() + deletionKnownForMs);
  };
  return {
    get: (key) => {
      const fromCache = cached(key);
      const written = pending.get(formatKey(key));
      if (written === undefined) return fromCache;
      const place = placeOf(fromCache, written.object);
      if (place === 'later' || (place === 'unknown' && written.until <= now())) {
        pending.delete(formatKey(key));
        return fromCache;
      }
      return written.object;
    },
    wrote: (object) => {
      const key = keyOf(object);
      if (gone.has(object.metadata.uid ?? '')) return;
      if (cached(key)?.metadata.resourceVersion === object.metadata.resourceVersion) return;
      pending.set(formatKey(key), { object, until: now() + trustedForMs });
    },
    observed: ({ before, after }) => {
      const object = after ?? before;
      if (object === undefined) return false;
      const key = formatKey(keyOf(object));
      const written = pending.get(key)?.object.metadata;
      if (after === undefined) {
        noteGone(object);
        if (written?.uid === object.metadata.uid) pending.delete(key);
        return false;
      }
      if (written?.resourceVersion !== object.metadata.resourceVersion) return false;
      return pending.delete(key);
    },
  };
}

/**
 * Where what the watch shows stands beside the write. A list may have gone past the write's version without showing it; and
 * a watch that is interrupted may stay behind it for as long as that lasts.
 */
function placeOf(cached: KubeObject | undefined, written: KubeObject): 'earlier' | 'later' | 'unknown' {
  if (cached === undefined) return 'unknown';
  if (cached.metadata.uid !== written.metadata.uid) return 'later';
  const [seen, wrote] = [versionOf(cached), versionOf(written)];
  if (seen === undefined || wrote === undefined || seen === wrote) return 'unknown';
  return seen > wrote ? 'later' : 'earlier';
}

/** Versions of one resource are ordered numbers (KEP-5504; true of every server on etcd). Undefined on any other. */
function versionOf({ metadata: { resourceVersion } }: KubeObject): bigint | undefined {
  return resourceVersion !== undefined && /^\d+$/.test(resourceVersion) ? BigInt(resourceVersion) : undefined;
}
