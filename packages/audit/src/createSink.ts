import { setTimeout as delay } from 'node:timers/promises';
import { isStokerError, StokerError, type StokerErrorOptions } from '@stoker/errors';
import type { Logger } from '@stoker/logging';
import { createLineQueue, queuedLine, type QueuedLine } from './lineQueue.ts';
import { createLossLog } from './lossLog.ts';
import type { LossReason, Sink } from './types.ts';

/** Delivers lines, all or none. Throws a StokerError of class `stalled` where the same lines are never taken. */
export type Deliver = (lines: readonly string[], signal: AbortSignal) => Promise<void>;

/** The other side says how long it does not want to be asked again. */
export class AskedToWait extends StokerError {
  readonly waitMs: number;

  constructor(message: string, { waitMs, ...options }: StokerErrorOptions & { readonly waitMs: number }) {
    super(message, options);
    this.waitMs = waitMs;
  }
}

export interface SinkOptions {
  readonly name: string;
  readonly deliver: Deliver;
  /** The line that tells of so many lost ones. */
  readonly lossLine: (lost: number) => string;
  readonly log: Logger;
  /** Most that waits, in bytes. */
  readonly maxQueuedBytes?: number | undefined;
  readonly firstRetryMs?: number | undefined;
}

const defaultQueuedBytes = 4 * 1024 * 1024;
const maxBatchBytes = 256 * 1024;
const lastRetryMs = 30_000;

/**
 * A bounded queue in front of something that may be slow, full or away. A failed delivery is tried again for ever; what
 * finds no room meanwhile is counted, logged, and told to the other side, at its place in the order, once it is back.
 */
export function createSink(options: SinkOptions): Sink {
  const { name, deliver, lossLine, firstRetryMs = 500 } = options;
  const queue = createLineQueue(options.maxQueuedBytes ?? defaultQueuedBytes);
  const lost: Record<LossReason, number> = { QueueFull: 0, Refused: 0, Shutdown: 0 };
  const lossLog = createLossLog(name, options.log);
  const ended = new AbortController();
  let delivered = 0;
  let untold = 0;
  let running: Promise<void> | undefined;
  let hurry = new AbortController();
  let isClosing = false;

  const lose = (lines: readonly QueuedLine[], reason: LossReason): void => {
    const records = lines.filter(({ tells }) => tells === 0).length;
    lost[reason] += records;
    untold += lines.reduce((sum, { tells }) => sum + Math.max(tells, 1), 0);
    if (records > 0) lossLog.lost(records, reason);
  };

  /** True where nothing is left to tell. */
  const tellLoss = (): boolean => {
    if (untold === 0) return true;
    if (!queue.add(queuedLine(lossLine(untold), untold))) return false;
    untold = 0;
    return true;
  };

  /** Takes what is settled out of the queue, so that another try repeats none of it. */
  const send = async (lines: readonly QueuedLine[]): Promise<void> => {
    try {
      const texts = lines.map(({ text }) => text);
      await deliver(texts, ended.signal);
      delivered += lines.length;
      queue.remove(lines.length);
    } catch (error) {
      if (ended.signal.aborted || !isStokerError(error) || error.class !== 'stalled') throw error;
      // One line that is never taken must not take the others with it.
      const half = Math.ceil(lines.length / 2);
      if (lines.length === 1) {
        queue.remove(1);
        lose(lines, 'Refused');
      } else for (const part of [lines.slice(0, half), lines.slice(half)]) await send(part);
    }
  };

  const pause = async (attempt: number, error: unknown): Promise<void> => {
    const backOffMs = Math.min(lastRetryMs, firstRetryMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
    const ms = error instanceof AskedToWait ? Math.max(error.waitMs, backOffMs) : backOffMs;
    const signal = AbortSignal.any([ended.signal, hurry.signal]);
    await pauseUnless(signal, ms, { ref: false });
  };

  const drain = async (): Promise<void> => {
    let attempt = 0;
    while (!queue.isEmpty && !ended.signal.aborted) {
      const before = delivered;
      try {
        await send(queue.peek(maxBatchBytes));
        if (attempt > 0) lossLog.recovered(attempt);
        attempt = 0;
        // Whoever refuses everything is told with the next record, and not asked without end.
        if (queue.isEmpty && delivered > before) tellLoss();
      } catch (error) {
        if (ended.signal.aborted) break;
        attempt++;
        lossLog.failed(error, attempt);
        await pause(attempt, error);
      }
    }
    running = undefined;
  };

  const abandon = (): void => {
    isClosing = true;
    ended.abort();
    const left = queue.peek(Number.POSITIVE_INFINITY);
    queue.remove(left.length);
    lose(left, 'Shutdown');
    lossLog.close();
  };

  return {
    abandon,
    get counts() {
      return { sink: name, delivered, lost: { ...lost }, queuedBytes: queue.bytes };
    },
    write: (text) => {
      const line = queuedLine(text);
      if (isClosing) lose([line], 'Shutdown');
      else if (!tellLoss() || !queue.add(line)) lose([line], 'QueueFull');
      if (!queue.isEmpty) running ??= drain();
    },
    close: async (withinMs) => {
      isClosing = true;
      hurry.abort();
      hurry = new AbortController();
      const over = new AbortController();
      // Whatever is under way may hang for longer than anybody waits: a disk that is gone hears no signal.
      await Promise.race([running, pauseUnless(over.signal, withinMs)]);
      over.abort();
      abandon();
    },
  };
}

/** Ends early when the signal aborts. */
async function pauseUnless(signal: AbortSignal, ms: number, options: { readonly ref?: boolean } = {}): Promise<void> {
  try {
    await delay(ms, undefined, { ...options, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
