import { type Clock, systemClock } from '../clock.ts';
import type { WorkQueue } from '../types.ts';
import { queueMetrics } from '../metrics/queueMetrics.ts';
import { createReadyKeys } from './readyKeys.ts';
import { createTokenBucket } from './tokenBucket.ts';

export interface WorkQueueOptions {
  /** Label of its metrics. */
  readonly name: string;
  /** First delay of a key that failed, doubled each time; default 5 ms. */
  readonly baseDelayMs?: number | undefined;
  /** Longest delay of a key that failed, however many others did; default 1,000 s. */
  readonly maxDelayMs?: number | undefined;
  /**
   * Failures of all keys together that may be tried again per second; default 10, after 100 at once. Only where so many
   * fail that one would wait longer than `maxDelayMs` are there more.
   */
  readonly retriesPerSecond?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** A work queue, and the side of it that workers use. */
export interface ConsumableQueue extends WorkQueue {
  /** Waits for a key. It is this worker's alone until `done`. Undefined once the queue is closed. */
  take(): Promise<string | undefined>;
  /** Must follow every `take`. A key that was added meanwhile becomes ready now. */
  done(key: string): void;
  /** Forgets what waits, takes nothing more, and sends workers home. */
  close(): void;
}

const retryBurst = 100;

/**
 * Each key is in at most one worker's hands, and waits at most once, however often it is added. The defaults of the
 * back-off are client-go's.
 */
export function createWorkQueue(options: WorkQueueOptions): ConsumableQueue {
  const { name, baseDelayMs = 5, maxDelayMs = 1_000_000, retriesPerSecond = 10, clock = systemClock } = options;
  const ready = createReadyKeys(namespaceOf);
  const bucket = createTokenBucket({ perSecond: retriesPerSecond, burst: retryBurst, clock });
  const metrics = queueMetrics(name, clock);
  const delayed = new Map<string, { readonly at: number; readonly priority: number; readonly cancel: () => void }>();
  /** In a worker's hands, with the priority it had. */
  const processing = new Map<string, number>();
  /** Added while in a worker's hands. */
  const again = new Map<string, number>();
  const failures = new Map<string, number>();
  const idle: ((key: string | undefined) => void)[] = [];
  let isClosed = false;

  const takeReady = () => {
    const next = ready.pop();
    if (!next) return undefined;
    processing.set(next.key, next.priority);
    metrics.taken(next.key, ready.size);
    return next.key;
  };
  const makeReady = (key: string, priority: number) => {
    ready.push(key, priority);
    metrics.depth(ready.size);
    if (idle.length > 0) idle.shift()?.(takeReady());
  };
  const addNow = (key: string, priority: number) => {
    if (isClosed) return;
    // As client-go counts: a key that waits already is not added.
    if (!ready.has(key) && !again.has(key)) metrics.added(key);
    if (processing.has(key)) again.set(key, Math.max(priority, again.get(key) ?? priority));
    else makeReady(key, priority);
  };
  /** Of two delays of one key the earlier one counts, with the higher priority. */
  const delay = (key: string, wantedPriority: number, afterMs: number) => {
    if (isClosed) return;
    const known = delayed.get(key);
    const at = Math.min(clock.now() + afterMs, known?.at ?? Infinity);
    const priority = Math.max(wantedPriority, known?.priority ?? wantedPriority);
    known?.cancel();
    const cancel = clock.schedule(at - clock.now(), () => {
      delayed.delete(key);
      addNow(key, priority);
    });
    delayed.set(key, { at, priority, cancel });
  };

  return {
    add: (key, { priority = 0, afterMs = 0 } = {}) => {
      if (afterMs > 0) delay(key, priority, afterMs);
      else addNow(key, priority);
    },
    addRateLimited: (key) => {
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      metrics.retried();
      const backoffMs = Math.min(baseDelayMs * 2 ** count, maxDelayMs);
      // A person's change that failed is still a person's change.
      delay(key, processing.get(key) ?? 0, Math.max(backoffMs, bucket.reserve(maxDelayMs)));
    },
    forget: (key) => void failures.delete(key),
    retries: (key) => failures.get(key) ?? 0,
    get length() {
      return ready.size;
    },
    take: async () => {
      if (isClosed) return undefined;
      return takeReady() ?? new Promise((resolve) => idle.push(resolve));
    },
    done: (key) => {
      processing.delete(key);
      metrics.done(key);
      const priority = again.get(key);
      again.delete(key);
      if (priority !== undefined) makeReady(key, priority);
    },
    close: () => {
      isClosed = true;
      for (const { cancel } of delayed.values()) cancel();
      delayed.clear();
      again.clear();
      ready.clear();
      metrics.depth(0);
      for (const leave of idle.splice(0)) leave(undefined);
    },
  };
}

/** Keys of one namespace are one group; cluster-scoped ones are each their own. */
function namespaceOf(key: string): string {
  return key.split('/', 1)[0] ?? key;
}
