import { guarded } from '../guarded.ts';
import { formatKey, keyOf } from '../keys.ts';
import type { Delta, KubeObject, ObjectKey, Store } from '../types.ts';

export type IndexFunctions<T> = Readonly<Record<string, (object: T) => readonly string[]>>;

export interface WritableStore<T extends KubeObject> extends Store<T> {
  /** Stores the object and answers what that changed. */
  put(object: T): readonly Delta<T>[];
  remove(key: ObjectKey): readonly Delta<T>[];
  /** Makes the store equal to a fresh list and answers exactly the differences. */
  replace(objects: readonly T[]): readonly Delta<T>[];
}

interface Entry<T> {
  readonly object: T;
  /** Values by index, remembered so that removing needs no second, perhaps different, answer. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** The namespace is an index like any other, under a name that no caller can take by accident. */
const namespaceIndex = Symbol('namespace').toString();

/**
 * Objects by key and by index. Two objects of one name but different UID are two objects: the change from one to the
 * other is a deletion and an addition. An index function that throws, or answers no array, is reported and leaves its
 * object unindexed.
 */
export function createStore<T extends KubeObject>(
  indexes: IndexFunctions<T> = {},
  onError: (error: unknown) => void = () => undefined,
): WritableStore<T> {
  const entries = new Map<string, Entry<T>>();
  const functions = new Map<string, (object: T) => readonly string[]>([
    [namespaceIndex, ({ metadata }) => [metadata.namespace ?? '']],
    ...Object.entries(indexes),
  ]);
  const index = new Map([...functions.keys()].map((name) => [name, new Map<string, Map<string, T>>()]));

  const indexed = (object: T) => {
    const values = new Map<string, readonly string[]>();
    for (const [name, answer] of functions) {
      guarded(() => {
        const found: unknown = answer(object);
        // A copy: what is changed in other hands could no longer be unlinked.
        if (Array.isArray(found)) values.set(name, [...found]);
        else onError(new TypeError(`the index "${name}" answered ${typeof found} instead of an array`));
        return found;
      }, onError);
    }
    return values;
  };
  const unlink = (key: string, { values }: Entry<T>) => {
    for (const [name, names] of values) {
      for (const value of names) {
        const bucket = index.get(name)?.get(value);
        bucket?.delete(key);
        if (bucket?.size === 0) index.get(name)?.delete(value);
      }
    }
  };
  const link = (key: string, { object, values }: Entry<T>) => {
    for (const [name, names] of values) {
      const buckets = index.get(name);
      for (const value of names) buckets?.set(value, (buckets.get(value) ?? new Map<string, T>()).set(key, object));
    }
  };
  const set = (key: string, object: T | undefined) => {
    const before = entries.get(key);
    if (before) unlink(key, before);
    if (object === undefined) return void entries.delete(key);
    const entry = { object, values: indexed(object) };
    link(key, entry);
    entries.set(key, entry);
  };

  const put = (object: T): readonly Delta<T>[] => {
    const key = formatKey(keyOf(object));
    const before = entries.get(key)?.object;
    if (before && isSameVersion(before, object)) return [];
    set(key, object);
    return changed(before, object);
  };
  const remove = (objectKey: ObjectKey): readonly Delta<T>[] => {
    const key = formatKey(objectKey);
    const before = entries.get(key)?.object;
    if (before === undefined) return [];
    set(key, undefined);
    return [{ before, after: undefined }];
  };

  return {
    put,
    remove,
    replace: (objects) => {
      const listed = new Set(objects.map((object) => formatKey(keyOf(object))));
      const gone = [...entries].filter(([key]) => !listed.has(key)).flatMap(([, { object }]) => remove(keyOf(object)));
      return [...gone, ...objects.flatMap((object) => put(object))];
    },
    get: (key) => entries.get(formatKey(key))?.object,
    list: (namespace) => {
      if (namespace === undefined) return [...entries.values()].map(({ object }) => object);
      return [...(index.get(namespaceIndex)?.get(namespace)?.values() ?? [])];
    },
    byIndex: (name, value) => {
      const buckets = index.get(name);
      if (!buckets) throw new RangeError(`there is no index "${name}"`);
      return [...(buckets.get(value)?.values() ?? [])];
    },
    get size() {
      return entries.size;
    },
  };
}

/** resourceVersions are opaque: equal or not is all that may be asked. */
function isSameVersion({ metadata: a }: KubeObject, { metadata: b }: KubeObject): boolean {
  return a.resourceVersion !== undefined && a.resourceVersion === b.resourceVersion && a.uid === b.uid;
}

function changed<T extends KubeObject>(before: T | undefined, after: T): readonly Delta<T>[] {
  if (before === undefined || before.metadata.uid === after.metadata.uid) return [{ before, after }];
  return [
    { before, after: undefined },
    { before: undefined, after },
  ];
}
