/** Time as a parameter, so that tests need not wait for it. */
export interface Clock {
  /** Milliseconds that only ever grow; says nothing about the time of day. */
  now(): number;
  /** The time of day, for what other people read. */
  date(): Date;
  /** Calls back once, after so many milliseconds, unless the returned function is called before. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** Node counts in 32 bits, and calls back at once where they do not suffice. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  schedule: (delayMs, callback) => {
    const at = performance.now() + delayMs;
    const arm = () => {
      const restMs = Math.max(0, at - performance.now());
      timer = restMs > longestTimerMs ? setTimeout(arm, longestTimerMs) : setTimeout(callback, restMs);
    };
    let timer: NodeJS.Timeout;
    arm();
    return () => clearTimeout(timer);
  },
};

/** What makes behaviour over time hard to test. */
export interface Environment {
  readonly clock: Clock;
  /** From 0 to 1, as `Math.random`. */
  readonly random: () => number;
}

export const systemEnvironment: Environment = { clock: systemClock, random: Math.random };

/** Resolves after so many milliseconds, and at once when the signal aborts: ask it afterwards. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || delayMs <= 0) return resolve();
    const wake = () => {
      cancel();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.schedule(delayMs, wake);
    signal.addEventListener('abort', wake);
  });
}
