import type { KubeObject, ObjectKey } from './types.ts';

/** Where an object lives; `namespace` is empty for cluster-scoped ones. */
export function keyOf(object: KubeObject): ObjectKey {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}

/** `namespace/name`, or `name` alone for cluster-scoped objects: what work queues hold. */
export function formatKey({ namespace, name }: ObjectKey): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** The reverse of `formatKey`. Throws `TypeError` on anything else. */
export function parseKey(text: string): ObjectKey {
  const parts = text.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2 || first === '' || second === '') throw new TypeError(`not a key of an object: ${text}`);
  return second === undefined ? { namespace: '', name: first } : { namespace: first, name: second };
}
