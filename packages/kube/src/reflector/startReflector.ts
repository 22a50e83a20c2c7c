import { type Environment, pause, systemEnvironment } from '../clock.ts';
import { ApiError, isExpired } from '../client/apiError.ts';
import { listPages } from '../client/listPages.ts';
import { keyOf } from '../keys.ts';
import { reporter } from '../reporter.ts';
import type { Delta, KubeObject, Reflector, ReflectorOptions } from '../types.ts';
import { createBackoff } from './backoff.ts';
import { createStore } from './indexedStore.ts';
import {
  firstBackoffMs,
  goodWatchMs,
  longestBackoffMs,
  longestFirstBackoffMs,
  maxFailuresBeforeList,
} from './protocolTimes.ts';
import { createSyncState } from './syncState.ts';
import { type WatchEvent, watchOnce } from './watchOnce.ts';

const listTimeoutMs = 60_000;

/**
 * Keeps a store equal to what the server has: a list, then a watch from its version on, and again whatever happens.
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
  let failures = 0;

  const progressed = () => {
    backoff.reset();
    failures = 0;
  };
  const deliver = (deltas: readonly Delta<T>[]) => {
    for (const delta of deltas) guarded(() => onDelta?.(delta), report);
  };
  const accept = (object: T): T | undefined => {
    if (typeof object.metadata?.name !== 'string') return void report(new TypeError(`a ${type.kind} without a name`));
    const slim = withoutManagedFields(object);
    return guarded(() => options.transform?.(slim), report) ?? slim;
  };

  const list = async () => {
    const objects: T[] = [];
    let version = '';
    for await (const page of listPages(client, type, { ...selection(options), signal, timeoutMs: listTimeoutMs })) {
      objects.push(...page.items.map(accept).filter((object) => object !== undefined));
      version = page.resourceVersion;
    }
    if (signal.aborted) return;
    resourceVersion = version;
    deliver(store.replace(objects));
    sync.done();
  };

  const take = ({ type: change, object }: WatchEvent<T>) => {
    const accepted = change === 'BOOKMARK' ? undefined : accept(object);
    if (accepted) deliver(change === 'DELETED' ? store.remove(keyOf(accepted)) : store.put(accepted));
    // Even of an object that could not be stored: what comes after it must not wait for it.
    resourceVersion = object.metadata?.resourceVersion ?? resourceVersion;
  };

  const watch = async (from: string) => {
    const startedAt = clock.now();
    let isQuiet = true;
    for await (const event of watchOnce(options, from, signal, environment)) {
      if (signal.aborted) return;
      take(event);
      progressed();
      isQuiet = false;
    }
    // A server that ends a watch at once is not well, however politely it does so.
    if (isQuiet && clock.now() - startedAt < goodWatchMs) throw new ApiError('the watch ended at once', closed);
    progressed();
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
    await pause(clock, Math.max(backoff.next(capMs), askedMs), signal);
  };

  const run = async () => {
    while (!signal.aborted) {
      try {
        if (resourceVersion === undefined) await list();
        else await watch(resourceVersion);
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

/** 410 and other refusals of what was asked need another question; overload and lost connections only patience. */
function forgetsVersion(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
}

function selection<T extends KubeObject>(options: ReflectorOptions<T>) {
  const { namespace, labelSelector, fieldSelector, metadataOnly } = options;
  return { namespace, labelSelector, fieldSelector, metadataOnly };
}

function withoutManagedFields<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata as KubeObject['metadata'] & { managedFields?: unknown };
  return { ...object, metadata };
}

function guarded<R>(action: () => R, report: (error: unknown) => void): R | undefined {
  try {
    return action();
  } catch (error) {
    report(error);
    return undefined;
  }
}
