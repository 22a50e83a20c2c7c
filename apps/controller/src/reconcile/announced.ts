import { formatKey, keyOf, type KubeObject, type StatusWrite } from '@stoker/kube';

/** Up to which status of each object everything is told: what has changed since is news. */
export interface Announced<S> {
  /** The status that was told last, in whose place the one that was written comes. */
  advance(write: StatusWrite<KubeObject & { readonly status?: S }>): S | undefined;
  /** The object is gone. */
  forget(key: string): void;
}

/**
 * Remembers what this process has told, so that a write whose answer was lost is told once it is seen. Before that, what a
 * status was made from was told by whoever led before.
 *
 * @param trim leaves out what no news comes from
 */
export function createAnnounced<S>(trim: (status: S) => S = (status) => status): Announced<S> {
  const told = new Map<string, { readonly uid: string | undefined; readonly status: S | undefined }>();
  return {
    advance: ({ before, after }) => {
      const key = formatKey(keyOf(after));
      const { uid } = after.metadata;
      const last = told.get(key);
      told.set(key, { uid, status: after.status && trim(after.status) });
      return last !== undefined && last.uid === uid ? last.status : before.status;
    },
    forget: (key) => void told.delete(key),
  };
}
