/** The loop's alarm clock. A call of `wake` while nobody sleeps is not lost. */
export interface WakeUp {
  wake(): void;
  /** Resolves at `untilMs` (as of `Date.now()`; undefined: never) or with the next `wake`. */
  sleep(untilMs: number | undefined): Promise<void>;
}

/** Longer timers overflow. */
const longestSleepMs = 3_600_000;

export function createWakeUp(): WakeUp {
  let rung = false;
  let ring: (() => void) | undefined;
  return {
    wake() {
      rung = true;
      ring?.();
    },
    async sleep(untilMs) {
      if (!rung) {
        const { promise, resolve } = Promise.withResolvers<void>();
        ring = resolve;
        const durationMs = Math.min(longestSleepMs, Math.max(0, (untilMs ?? Number.POSITIVE_INFINITY) - Date.now()));
        const timer = setTimeout(resolve, durationMs);
        await promise;
        clearTimeout(timer);
        ring = undefined;
      }
      rung = false;
    },
  };
}
