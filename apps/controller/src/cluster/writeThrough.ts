import { formatKey, keyOf, type KubeObject, type ObjectKey } from '@stoker/kube';

/** Long enough for a watch that lags, short enough for a write that a relist has skipped over. */
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
      const isGone = fromCache !== undefined && fromCache.metadata.uid !== written.object.metadata.uid;
      if (isGone || written.until <= now()) {
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
