/** Keys that wait for a worker. */
export interface ReadyKeys {
  /** A key that is already there keeps its place, unless it becomes more urgent. */
  push(key: string, priority: number): void;
  /** The most urgent key, and among equals the one whose group has waited longest. */
  pop(): { readonly key: string; readonly priority: number } | undefined;
  has(key: string): boolean;
  clear(): void;
  readonly size: number;
}

/**
 * Within one priority the groups take turns, so that a namespace with a thousand keys does not make another one with
 * a single key wait for all of them.
 */
export function createReadyKeys(groupOf: (key: string) => string): ReadyKeys {
  const priorities = new Map<string, number>();
  /** By priority, then by group. Sets and Maps keep the order of insertion: they are the queues. */
  const levels = new Map<number, Map<string, Set<string>>>();

  const remove = (key: string, priority: number) => {
    const groups = levels.get(priority);
    const group = groupOf(key);
    const keys = groups?.get(group);
    keys?.delete(key);
    if (keys?.size === 0) groups?.delete(group);
    if (groups?.size === 0) levels.delete(priority);
    priorities.delete(key);
  };
  return {
    push: (key, priority) => {
      const known = priorities.get(key);
      if (known !== undefined && known >= priority) return;
      if (known !== undefined) remove(key, known);
      const groups = levels.get(priority) ?? new Map<string, Set<string>>();
      const group = groupOf(key);
      groups.set(group, (groups.get(group) ?? new Set<string>()).add(key));
      levels.set(priority, groups);
      priorities.set(key, priority);
    },
    pop: () => {
      if (priorities.size === 0) return undefined;
      const priority = Math.max(...levels.keys());
      const groups = levels.get(priority);
      const [group, keys] = groups?.entries().next().value ?? [];
      const key = keys?.values().next().value;
      if (groups === undefined || group === undefined || keys === undefined || key === undefined) return undefined;
      remove(key, priority);
      if (keys.size > 0) {
        groups.delete(group);
        groups.set(group, keys);
      }
      return { key, priority };
    },
    has: (key) => priorities.has(key),
    clear: () => {
      priorities.clear();
      levels.clear();
    },
    get size() {
      return priorities.size;
    },
  };
}
