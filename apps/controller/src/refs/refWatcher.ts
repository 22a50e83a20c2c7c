import type { Remote, ResolvedRef } from '@stoker/gitref';
import { createFairTurns } from './fairTurns.ts';
import { pollDelay, retryDelay } from './pollSchedule.ts';
import { keyOfRequest, type RefRequest } from './refRequest.ts';
import { isNews, type RefState } from './refState.ts';

export interface RefWatcher {
  /** Follows this ref for `subscriber`, in place of what it followed before, and answers what is known now. */
  follow(subscriber: string, request: RefRequest): RefState;
  unfollow(subscriber: string): void;
  /**
   * Resolves now. With `expected`, a commit that an event announced, a server that still answers another one is asked
   * again for up to 30 s: it is a hint and never believed by itself.
   */
  poke(subscriber: string, expected?: string): void;
  stop(): void;
}

export interface RefWatcherOptions {
  readonly resolve: (
    remote: Remote,
    ref: string,
    options: { signal: AbortSignal; timeoutMs: number },
  ) => Promise<ResolvedRef>;
  /** Called with the subscribers of a ref whose commit, error or recovery is news. */
  readonly onChange: (subscribers: readonly string[]) => void;
  readonly onResolved?: (outcome: {
    readonly remote: Remote;
    readonly error: unknown;
    readonly durationMs: number;
  }) => void;
  /** Somebody asked what is known: was it? */
  readonly onLookup?: (isKnown: boolean) => void;
  readonly random?: () => number;
  readonly now?: () => number;
}

const resolveTimeoutMs = 30_000;
const hintLifetimeMs = 30_000;
const restAfterNothingNewMs = 250;
const firstHintRetryMs = 100;
const lastHintRetryMs = 2_000;

interface Entry {
  readonly remote: Remote;
  readonly ref: string;
  readonly subscribers: Map<string, number | undefined>;
  state: RefState;
  timer: NodeJS.Timeout | undefined;
  inFlight: boolean;
  /** End of the last attempt that brought nothing new, in ms; 0 after one that did. */
  idleSince: number;
  /** Asked for while in flight: what is on its way may be older than the question. */
  again: boolean;
  /** A push was announced; `from` is the commit of that time. */
  expected: { readonly until: number; readonly from: string | undefined; retryMs: number } | undefined;
}

/**
 * Resolves each distinct (repository, ref, access) once for all CRs that follow it: at the first question, every
 * polling interval, when poked, and after a failure with back-off. Never blocks whoever asks.
 */
export function createRefWatcher(options: RefWatcherOptions): RefWatcher {
  const random = options.random ?? Math.random;
  const now = options.now ?? Date.now;
  const inTurn = createFairTurns();
  const entries = new Map<string, Entry>();
  const followed = new Map<string, string>();
  const stopped = new AbortController();

  const schedule = (entry: Entry, afterMs: number | undefined): void => {
    clearTimeout(entry.timer);
    entry.timer = afterMs === undefined ? undefined : setTimeout(() => void attempt(entry), afterMs).unref();
  };

  const attempt = async (entry: Entry): Promise<void> => {
    clearTimeout(entry.timer);
    if (entry.inFlight) {
      entry.again = true;
      return;
    }
    entry.inFlight = true;
    entry.again = false;
    const before = entry.state;
    await inTurn(entry.remote, before.error !== undefined, async () => {
      if (entry.subscribers.size === 0) return;
      const startedAt = performance.now();
      try {
        const resolved = await options.resolve(entry.remote, entry.ref, {
          signal: stopped.signal,
          timeoutMs: resolveTimeoutMs,
        });
        entry.state = { resolved, error: undefined, attempt: 0 };
      } catch (error) {
        entry.state = { resolved: before.resolved, error, attempt: entry.state.attempt + 1 };
      }
      const durationMs = performance.now() - startedAt;
      options.onResolved?.({ remote: entry.remote, error: entry.state.error, durationMs });
    });
    entry.inFlight = false;
    if (stopped.signal.aborted || entry.subscribers.size === 0) return;
    const isChanged = isNews(before, entry.state);
    entry.idleSince = isChanged ? 0 : now();
    if (isChanged) options.onChange([...entry.subscribers.keys()]);
    if (entry.again) schedule(entry, isChanged ? 0 : restAfterNothingNewMs);
    else schedule(entry, nextAttempt(entry, now(), random));
  };

  const unfollow = (subscriber: string): void => {
    const key = followed.get(subscriber);
    if (key === undefined) return;
    followed.delete(subscriber);
    const entry = entries.get(key);
    entry?.subscribers.delete(subscriber);
    if (entry?.subscribers.size !== 0) return;
    clearTimeout(entry.timer);
    entries.delete(key);
  };

  return {
    follow: (subscriber, request) => {
      const key = keyOfRequest(request);
      if (followed.get(subscriber) !== key) unfollow(subscriber);
      let entry = entries.get(key);
      const isNew = entry === undefined;
      entry ??= newEntry(request);
      entries.set(key, entry);
      followed.set(subscriber, key);
      const intervalBefore = shortestInterval(entry);
      entry.subscribers.set(subscriber, request.pollIntervalMs);
      if (isNew) void attempt(entry);
      else if (!entry.inFlight && entry.state.error === undefined && shortestInterval(entry) !== intervalBefore) {
        schedule(entry, nextAttempt(entry, now(), random));
      }
      options.onLookup?.(entry.state.resolved !== undefined);
      return entry.state;
    },
    unfollow,
    poke: (subscriber, expected) => {
      const entry = entries.get(followed.get(subscriber) ?? '');
      if (entry === undefined) return;
      const isKnown =
        expected !== undefined && expected === entry.state.resolved?.commit && entry.state.error === undefined;
      if (isKnown && !entry.inFlight) return;
      if (expected !== undefined && expected !== entry.state.resolved?.commit) {
        const from = entry.state.resolved?.commit;
        entry.expected = { until: now() + hintLifetimeMs, from, retryMs: firstHintRetryMs };
      }
      // Whoever pushes to a repository that fails may just have mended it: no waiting out of what was doubled before.
      entry.state = { ...entry.state, attempt: 0 };
      // Deliveries that bring nothing new come back to back at a hundred a second; those that do are never held up.
      const restMs = entry.idleSince + restAfterNothingNewMs - now();
      if (restMs > 0 && !entry.inFlight) schedule(entry, restMs);
      else void attempt(entry);
    },
    stop: () => {
      stopped.abort();
      for (const entry of entries.values()) clearTimeout(entry.timer);
      entries.clear();
      followed.clear();
    },
  };
}

function newEntry({ remote, ref }: RefRequest): Entry {
  const state = { resolved: undefined, error: undefined, attempt: 0 };
  return {
    remote,
    ref,
    subscribers: new Map(),
    state,
    timer: undefined,
    inFlight: false,
    idleSince: 0,
    again: false,
    expected: undefined,
  };
}

/** In ms from now; undefined: only when somebody asks. */
function nextAttempt(entry: Entry, nowMs: number, random: () => number): number | undefined {
  const { state, expected } = entry;
  if (expected !== undefined) {
    // Any move away from the commit of that time ends the wait: a later push may have overtaken the announced one.
    if (nowMs < expected.until && state.resolved?.commit === expected.from) {
      const { retryMs } = expected;
      expected.retryMs = Math.min(retryMs * 1.5, lastHintRetryMs);
      return retryMs;
    }
    entry.expected = undefined;
  }
  const interval = shortestInterval(entry);
  if (state.error !== undefined)
    return retryDelay(state.error, { attempt: state.attempt, pollIntervalMs: interval }, random);
  return interval === undefined ? undefined : pollDelay(interval, random);
}

function shortestInterval(entry: Entry): number | undefined {
  const intervals = [...entry.subscribers.values()].filter((interval) => interval !== undefined);
  return intervals.length === 0 ? undefined : Math.min(...intervals);
}
