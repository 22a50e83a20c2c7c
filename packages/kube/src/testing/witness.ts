import { isDeepStrictEqual } from 'node:util';
import type { Delta, KubeObject } from '../types.ts';

/** Follows the deltas of a store and tells what is wrong with them: each must begin where the last one of its object ended. */
export interface Witness<T extends KubeObject> {
  see(delta: Delta<T>): void;
  readonly faults: readonly string[];
  readonly deltas: number;
  /** What the deltas add up to. */
  readonly objects: readonly T[];
}

export function createWitness<T extends KubeObject>(): Witness<T> {
  const objects = new Map<string, T>();
  const faults: string[] = [];
  let deltas = 0;
  return {
    see: ({ before, after }) => {
      deltas += 1;
      const { name = '' } = (after ?? before)?.metadata ?? {};
      const blame = (fault: string) => void faults.push(`${name}: ${fault}`);
      if (objects.get(name) !== before) blame('begins elsewhere than the last delta ended');
      if (before && after && before.metadata.uid !== after.metadata.uid) blame('two objects as one');
      // Opaque to a client, but a number on every server of these tests.
      const newerBy = Number(after?.metadata.resourceVersion) - Number(before?.metadata.resourceVersion);
      if (newerBy === 0) blame('told twice');
      if (newerBy < 0) blame('goes back in time');
      if (after) objects.set(name, after);
      else objects.delete(name);
    },
    faults,
    get deltas() {
      return deltas;
    },
    get objects() {
      return [...objects.values()];
    },
  };
}

/** Whether both are the same objects, whatever is in them, in any order. Who manages which field is never stored. */
export function areEqual(some: readonly KubeObject[], others: readonly KubeObject[]): boolean {
  return isDeepStrictEqual(byIdentity(some), byIdentity(others));
}

function byIdentity(objects: readonly KubeObject[]): ReadonlyMap<string, KubeObject> {
  return new Map(
    objects.map((object) => {
      const { managedFields: _, ...metadata } = object.metadata as KubeObject['metadata'] & { managedFields?: unknown };
      return [`${metadata.namespace} ${metadata.name} ${metadata.uid}`, { ...object, metadata }];
    }),
  );
}
