export interface Backoff {
  /** Milliseconds to wait before the next try: longer each time, never above `capMs`. */
  next(capMs: number): number;
  reset(): void;
}

/**
 * From `baseMs` to twice that, then doubled each time. Up to half of it is at random, at the cap too, so that many clients
 * of a server that comes back do not come back together.
 */
export function createBackoff(options: { readonly baseMs: number; readonly random: () => number }): Backoff {
  let failures = 0;
  return {
    next: (capMs) => {
      const longestMs = Math.min(options.baseMs * 2 ** ++failures, capMs);
      return longestMs * (0.5 + options.random() / 2);
    },
    reset: () => {
      failures = 0;
    },
  };
}
