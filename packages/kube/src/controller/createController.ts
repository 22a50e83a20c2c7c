import { setImmediate } from 'node:timers/promises';
import { type Clock, systemClock } from '../clock.ts';
import {
  activeWorkers,
  maxConcurrentReconciles,
  reconcileErrors,
  reconcilePanics,
  reconcileTime,
  reconcileTimeouts,
  reconcileTotal,
} from '../metrics/controllerMetrics.ts';
import { createWorkQueue } from '../queue/workQueue.ts';
import { reporter } from '../reporter.ts';
import type { Controller, ControllerOptions, ReconcileResult } from '../types.ts';

const maxBreathMs = 10;

/**
 * Workers that take keys from a queue and reconcile them. Keys may be added before `start`: a replica that waits for
 * its lease collects them. Whatever a reconcile throws is counted, reported and tried again; the process lives.
 */
export function createController(options: ControllerOptions, clock: Clock = systemClock): Controller {
  const { name: controller, workers, reconcile, deadlineMs } = options;
  const report = reporter(options.onError);
  const queue = createWorkQueue({ name: controller, maxDelayMs: options.maxRetryDelayMs, clock });
  const stopping = new AbortController();
  showZeros(controller);
  let working: Promise<unknown> | undefined;

  const succeed = (key: string, result: ReconcileResult) => {
    // First: no answer at all is a failure, and must find its back-off as it was.
    const isDone = result.kind === 'done';
    queue.forget(key);
    if (result.kind === 'requeueAfter') queue.add(key, { afterMs: result.afterMs });
    reconcileTotal.inc({ controller, result: isDone ? 'success' : 'requeue_after' });
  };
  const fail = (key: string, error: unknown) => {
    queue.addRateLimited(key);
    reconcileTotal.inc({ controller, result: 'error' });
    reconcileErrors.inc({ controller });
    if (isProgramError(error)) reconcilePanics.inc({ controller });
    report(key, error, queue.retries(key));
  };
  const runOne = async (key: string) => {
    const startedAt = clock.now();
    activeWorkers.inc({ controller });
    const limit = limitTime(stopping.signal, clock, deadlineMs, () => reconcileTimeouts.inc({ controller }));
    try {
      succeed(key, await reconcile(key, limit.signal));
    } catch (error) {
      fail(key, error);
    } finally {
      limit.release();
      queue.done(key);
      activeWorkers.dec({ controller });
      reconcileTime.observe({ controller }, (clock.now() - startedAt) / 1000);
    }
  };
  let breathedAt = clock.now();
  const work = async () => {
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      await runOne(key);
      // Reconciles that wait for nothing would otherwise keep timers and sockets waiting until the queue is empty.
      if (clock.now() - breathedAt < maxBreathMs) continue;
      await setImmediate();
      breathedAt = clock.now();
    }
  };

  return {
    queue,
    start: () => {
      maxConcurrentReconciles.set({ controller }, workers);
      working ??= Promise.all(Array.from({ length: workers }, work));
    },
    stop: async (signal) => {
      queue.close();
      await orAborted(working, signal);
      // Whoever is still at it is told that nobody waits any more.
      stopping.abort(new Error(`controller ${controller} was stopped`));
    },
  };
}

/** A signal that aborts when the controller is stopped for good, and after the deadline. */
function limitTime(stopped: AbortSignal, clock: Clock, deadlineMs: number | undefined, onLate: () => void) {
  const limit = new AbortController();
  const stop = () => limit.abort(stopped.reason);
  stopped.addEventListener('abort', stop);
  const late = () => {
    onLate();
    limit.abort(new Error(`the reconcile took longer than ${deadlineMs} ms`));
  };
  const cancel = deadlineMs === undefined ? () => undefined : clock.schedule(deadlineMs, late);
  return {
    signal: limit.signal,
    release: () => {
      cancel();
      stopped.removeEventListener('abort', stop);
    },
  };
}

/** What in Go would have been a panic. By name, as errors of another realm are not instances of ours. */
function isProgramError(error: unknown): boolean {
  return Error.isError(error) && ['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError'].includes(error.name);
}

async function orAborted(work: Promise<unknown> | undefined, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return void (await work);
  if (signal.aborted) return;
  const aborted = Promise.withResolvers<void>();
  const abort = () => aborted.resolve();
  signal.addEventListener('abort', abort);
  await Promise.race([work, aborted.promise]);
  signal.removeEventListener('abort', abort);
}

/** A counter that has never counted is 0, not missing: a dashboard cannot tell "no errors" from "no controller" otherwise. */
function showZeros(controller: string): void {
  for (const result of ['success', 'requeue_after', 'error']) reconcileTotal.inc({ controller, result }, 0);
  for (const counter of [reconcileErrors, reconcilePanics, reconcileTimeouts]) counter.inc({ controller }, 0);
}
