export interface Backoff {
  /** Milliseconds to wait before the next try; longer each time. */
  next(): number;
  reset(): void;
}

/**
 * Doubles from `baseMs` to `capMs`, plus up to as much again at random, so that many clients of a server that comes
 * back do not come back together.
 */
export function createBackoff(options: {
  readonly baseMs: number;
  readonly capMs: number;
  readonly random: () => number;
}): Backoff {
  let failures = 0;
  return {
    next: () => {
      const baseMs = Math.min(options.baseMs * 2 ** failures++, options.capMs);
      return Math.min(baseMs * (1 + options.random()), options.capMs);
    },
    reset: () => {
      failures = 0;
    },
  };
}
