import { formatKey, keyOf } from '../keys.ts';
import type { KubeObject } from '../types.ts';
import { endsInitialEvents, type WatchEvent } from './watchOnce.ts';

/** Gathers the events of a streaming list. Answers all of its objects with its last event, and nothing before. */
export function collectInitialEvents<T extends KubeObject>(
  accept: (object: T) => T | undefined,
): (event: WatchEvent<T>) => readonly T[] | undefined {
  const objects = new Map<string, T>();
  return (event) => {
    if (endsInitialEvents(event)) return [...objects.values()];
    const object = event.type === 'BOOKMARK' ? undefined : accept(event.object);
    if (object === undefined) return undefined;
    if (event.type === 'DELETED') objects.delete(formatKey(keyOf(object)));
    else objects.set(formatKey(keyOf(object)), object);
    return undefined;
  };
}
