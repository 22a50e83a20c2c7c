import { formatKey, keyOf, type KubeObject, type ObjectKey } from '@stoker/kube';

/** Where versions cannot be compared: long enough for a watch that lags, short enough for a list that has skipped one. */
const trustedForMs = 10_000;

/** Own writes, readable before the watch brings them back: nobody here decides on what he himself has replaced. */
export interface WriteThrough<T extends KubeObject> {
  get(key: ObjectKey): T | undefined;
  /** What the server answered to a write. */
  wrote(object: T): void;
  /** To be told of everything that the watch brings. Answers whether it is an own write come back. */
  observed(object: T | undefined): boolean;
}

export function createWriteThrough<T extends KubeObject>(
  cached: (key: ObjectKey) => T | undefined,
  now: () => number = Date.now,
): WriteThrough<T> {
  const pending = new Map<string, { readonly object: T; readonly until: number }>();
  return {
    get: (key) => {
      const fromCache = cached(key);
      const written = pending.get(formatKey(key));
      if (written === undefined) return fromCache;
      if (hasPassed(fromCache, written.object) || written.until <= now()) {
        pending.delete(formatKey(key));
        return fromCache;
      }
      return written.object;
    },
    wrote: (object) => {
      const key = keyOf(object);
      if (cached(key)?.metadata.resourceVersion === object.metadata.resourceVersion) return;
      pending.set(formatKey(key), { object, until: now() + trustedForMs });
    },
    observed: (object) => {
      if (object === undefined) return false;
      const key = formatKey(keyOf(object));
      if (pending.get(key)?.object.metadata.resourceVersion !== object.metadata.resourceVersion) return false;
      return pending.delete(key);
    },
  };
}

/** Whether the watch shows something later than the write. A list may have gone past its version without showing it. */
function hasPassed(cached: KubeObject | undefined, written: KubeObject): boolean {
  if (cached === undefined) return false;
  if (cached.metadata.uid !== written.metadata.uid) return true;
  const [seen, wrote] = [versionOf(cached), versionOf(written)];
  return seen !== undefined && wrote !== undefined && seen > wrote;
}

/** Versions of one resource are ordered numbers (KEP-5504; true of every server on etcd). Undefined on any other. */
function versionOf({ metadata: { resourceVersion } }: KubeObject): bigint | undefined {
  return resourceVersion !== undefined && /^\d+$/.test(resourceVersion) ? BigInt(resourceVersion) : undefined;
}
