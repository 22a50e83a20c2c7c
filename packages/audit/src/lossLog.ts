import type { Logger } from '@stoker/logging';
import type { LossReason } from './types.ts';

/** Between two lines that say the same. */
const repeatMs = 60_000;

/** Says what goes wrong with a sink: at once, and then once a minute with how much. */
export interface LossLog {
  lost(count: number, reason: LossReason): void;
  failed(error: unknown, attempt: number): void;
  recovered(attempts: number): void;
  /** Says what has not been said yet. */
  close(): void;
}

export function createLossLog(sink: string, log: Logger, now: () => number = () => performance.now()): LossLog {
  const pending = new Map<LossReason, { count: number; saidAt: number | undefined }>();
  let failedAt: number | undefined;

  const say = (reason: LossReason, count: number): void => {
    log.error('audit records lost', { sender: sink, reason, count });
  };
  return {
    lost: (count, reason) => {
      const entry = pending.get(reason) ?? { count: 0, saidAt: undefined };
      pending.set(reason, entry);
      entry.count += count;
      if (entry.saidAt !== undefined && now() - entry.saidAt < repeatMs) return;
      say(reason, entry.count);
      Object.assign(entry, { count: 0, saidAt: now() });
    },
    failed: (error, attempt) => {
      if (failedAt !== undefined && now() - failedAt < repeatMs) return;
      failedAt = now();
      log.error('audit records not delivered', { sender: sink, error, attempt });
    },
    recovered: (attempts) => {
      failedAt = undefined;
      log.info('audit records delivered again', { sender: sink, attempt: attempts });
    },
    close: () => {
      for (const [reason, { count }] of pending) if (count > 0) say(reason, count);
      pending.clear();
    },
  };
}
