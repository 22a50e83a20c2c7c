/**
 * Runs tasks of one key at most once an interval: the first at once, then the latest of those that came meanwhile. Each
 * caller's promise ends with the run that stood for it.
 */
export function createDebouncer(intervalMs: number) {
  interface Slot {
    next: (() => Promise<void>) | undefined;
    waiting: PromiseWithResolvers<void> | undefined;
  }
  const slots = new Map<string, Slot>();

  const coolDown = (key: string, slot: Slot): void => {
    setTimeout(() => {
      const { next, waiting } = slot;
      if (next === undefined || waiting === undefined) {
        slots.delete(key);
        return;
      }
      slot.next = undefined;
      slot.waiting = undefined;
      coolDown(key, slot);
      next().then(waiting.resolve, waiting.reject);
    }, intervalMs).unref();
  };

  return (key: string, task: () => Promise<void>): Promise<void> => {
    const slot = slots.get(key);
    if (slot === undefined) {
      const fresh: Slot = { next: undefined, waiting: undefined };
      slots.set(key, fresh);
      coolDown(key, fresh);
      return task();
    }
    slot.next = task;
    slot.waiting ??= Promise.withResolvers<void>();
    return slot.waiting.promise;
  };
}
