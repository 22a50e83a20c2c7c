import { type Environment, pause, systemEnvironment } from '../clock.ts';
import { ApiError, isExpired } from '../client/apiError.ts';
import { listPages } from '../client/listPages.ts';
import { guarded } from '../guarded.ts';
import { formatKey, keyOf } from '../keys.ts';
import { reporter } from '../reporter.ts';
import type { Delta, DeltaOrigin, KubeObject, Reflector, ReflectorOptions } from '../types.ts';
import { createBackoff } from './backoff.ts';
import { collectInitialEvents } from './collectInitialEvents.ts';
import { createStore } from './indexedStore.ts';
import {
  firstBackoffMs,
  goodWatchMs,
  longestAskedMs,
  longestBackoffMs,
  longestFirstBackoffMs,
  maxFailuresBeforeList,
} from './protocolTimes.ts';
import { createSyncState } from './syncState.ts';
import { type WatchEvent, watchOnce } from './watchOnce.ts';

const listTimeoutMs = 60_000;

/**
 * Keeps a store equal to what the server has: a list, as a stream or in pages, then a watch, and again whatever happens.
 * It never gives up and never throws; failures go to `onError`, and it goes on after a pause.
 */
export function startReflector<T extends KubeObject>(
  options: ReflectorOptions<T>,
  environment: Environment = systemEnvironment,
): Reflector<T> {
  const { client, type, onDelta } = options;
  const { clock, random } = environment;
  const report = reporter(options.onError);
  const store = createStore(options.indexes, report);
  const sync = createSyncState();
  const stopping = new AbortController();
  const { signal } = stopping;
  const backoff = createBackoff({ baseMs: firstBackoffMs, random });
  /** Opaque; undefined: list first. */
  let resourceVersion: string | undefined;
  /** Whether the next list comes in pages; it always does from a server that does not know lists as streams. */
  let usesPages = false;
  let knowsPagesOnly = false;
  let failures = 0;

  const progressed = () => {
    backoff.reset();
    failures = 0;
  };
  const deliver = (deltas: readonly Delta<T>[], origin: DeltaOrigin) => {
    for (const delta of deltas) guarded(() => onDelta?.(delta, origin), report);
  };
  const accept = (object: T): T | undefined => {
    if (typeof object.metadata?.name !== 'string') return void report(new TypeError(`a ${type.kind} without a name`));
    const slim = withoutManagedFields(object);
    const kept = guarded(() => options.transform?.(slim), report);
    if (kept === undefined || isNamedAs(slim, kept)) return kept ?? slim;
    report(new TypeError(`transform changed the name of ${formatKey(keyOf(slim))}: it is stored as it came`));
    return slim;
  };

  const settle = (objects: readonly T[], version: string | undefined) => {
    const deltas = store.replace(objects);
    // Not before: what could not be stored must be listed again.
    resourceVersion = version;
    usesPages = knowsPagesOnly;
    deliver(deltas, 'listed');
    sync.done();
  };

  const list = async () => {
    const objects: T[] = [];
    let version: string | undefined;
    for await (const page of listPages(client, type, { ...selection(options), signal, timeoutMs: listTimeoutMs })) {
      objects.push(...page.items.map(accept).filter((object) => object !== undefined));
      version = page.resourceVersion;
    }
    if (!signal.aborted) settle(objects, version);
  };

  const take = ({ type: change, object }: WatchEvent<T>) => {
    const accepted = change === 'BOOKMARK' ? undefined : accept(object);
    if (accepted) deliver(change === 'DELETED' ? store.remove(keyOf(accepted)) : store.put(accepted), 'watched');
    // Even of an object that could not be stored: what comes after it must not wait for it.
    resourceVersion = object.metadata?.resourceVersion ?? resourceVersion;
  };

  /** A watch; without a version a list as a stream first. */
  const watch = async (from: string | undefined) => {
    const startedAt = clock.now();
    let isQuiet = true;
    let collect = from === undefined ? collectInitialEvents(accept) : undefined;
    try {
      for await (const event of watchOnce(options, from, signal, environment)) {
        if (signal.aborted) return;
        if (collect) {
          const objects = collect(event);
          if (objects === undefined) continue;
          settle(objects, event.object.metadata?.resourceVersion);
          collect = undefined;
        } else take(event);
        progressed();
        isQuiet = false;
      }
    } catch (error) {
      // Where nothing of a kind changes for long, some servers have no bookmark to send: asking again is all that it takes.
      if (collect || !isSilence(error)) throw error;
    }
    if (collect) throw new ApiError('the watch ended in the middle of its list', closed);
    // A server that ends a watch at once is not well, however politely it does so.
    if (isQuiet && clock.now() - startedAt < goodWatchMs) throw new ApiError('the watch ended at once', closed);
    progressed();
  };

  const streamList = async () => {
    try {
      await watch(undefined);
    } catch (error) {
      if (resourceVersion !== undefined) throw error;
      // Whatever it was: the next one must not depend on what has just failed.
      usesPages = true;
      knowsPagesOnly = isUnknownQuestion(error);
      if (!knowsPagesOnly) throw error;
    }
  };

  const recover = async (error: unknown) => {
    if (signal.aborted) return;
    if (forgetsVersion(error) || ++failures >= maxFailuresBeforeList) {
      resourceVersion = undefined;
      failures = 0;
    }
    // An expired version is the ordinary end of a long pause, not a fault; only its repetition is.
    if (!isExpired(error)) report(error);
    const askedMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
    const capMs = sync.isDone ? (options.longestBackoffMs ?? longestBackoffMs) : longestFirstBackoffMs;
    await pause(clock, Math.max(backoff.next(capMs), Math.min(askedMs, longestAskedMs)), signal);
  };

  const run = async () => {
    while (!signal.aborted) {
      try {
        if (resourceVersion !== undefined) await watch(resourceVersion);
        else if (usesPages) await list();
        else await streamList();
      } catch (error) {
        await recover(error);
      }
    }
  };
  const running = run();

  return {
    store,
    get hasSynced() {
      return sync.isDone;
    },
    synced: sync.wait,
    stop: async () => {
      stopping.abort();
      sync.stop();
      await running;
    },
  };
}

const closed = { status: 0, reason: 'Closed' };

function isSilence(error: unknown): boolean {
  return error instanceof ApiError && error.reason === 'Silent';
}

/** How servers before 1.32 answer to `sendInitialEvents`. */
function isUnknownQuestion(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 400 || error.status === 422);
}

/** 410 and other refusals of what was asked need another question; overload and lost connections only patience. */
function forgetsVersion(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
}

function selection<T extends KubeObject>(options: ReflectorOptions<T>) {
  const { namespace, labelSelector, fieldSelector, metadataOnly } = options;
  return { namespace, labelSelector, fieldSelector, metadataOnly };
}

/** Under its name an object is stored, changed and removed: that is not the transform's to change. */
function isNamedAs(object: KubeObject, kept: KubeObject): boolean {
  const name: unknown = kept?.metadata?.name;
  return typeof name === 'string' && formatKey(keyOf(kept)) === formatKey(keyOf(object));
}

function withoutManagedFields<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata as KubeObject['metadata'] & { managedFields?: unknown };
  return { ...object, metadata };
}
