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

interface Unsaid {
  count: number;
  /** Runs until more may be said. */
  timer: NodeJS.Timeout | undefined;
}

export function createLossLog(sink: string, log: Logger): LossLog {
  const unsaid = new Map<LossReason, Unsaid>();
  let failedAt: number | undefined;

  const say = (reason: LossReason, entry: Unsaid): void => {
    log.error('audit records lost', { sender: sink, reason, count: entry.count });
    entry.count = 0;
  };
  const sayAndWait = (reason: LossReason, entry: Unsaid): void => {
    say(reason, entry);
    const goOn = (): void => {
      entry.timer = undefined;
      if (entry.count > 0) sayAndWait(reason, entry);
    };
    entry.timer = setTimeout(goOn, repeatMs).unref();
  };
  return {
    lost: (count, reason) => {
      const entry = unsaid.get(reason) ?? { count: 0, timer: undefined };
      unsaid.set(reason, entry);
      entry.count += count;
      if (entry.timer === undefined) sayAndWait(reason, entry);
    },
    failed: (error, attempt) => {
      const now = performance.now();
      if (failedAt !== undefined && now - failedAt < repeatMs) return;
      failedAt = now;
      log.error('audit records not delivered', { sender: sink, error, attempt });
    },
    recovered: (attempts) => {
      failedAt = undefined;
      log.info('audit records delivered again', { sender: sink, attempt: attempts });
    },
    close: () => {
      for (const [reason, entry] of unsaid) {
        clearTimeout(entry.timer);
        if (entry.count > 0) say(reason, entry);
      }
      unsaid.clear();
    },
  };
}
