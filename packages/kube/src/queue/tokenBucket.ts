import type { Clock } from '../clock.ts';

export interface TokenBucket {
  /**
   * Takes a token, in advance where none is left, and answers how long to wait for it in milliseconds. Where that were
   * longer than `longestMs` it takes none: whoever will not wait for its token must not make others wait for it, either.
   */
  reserve(longestMs?: number): number;
  /** Takes a token if there is one. */
  tryTake(): boolean;
}

/** At most `perSecond` on average, and `burst` at once. */
export function createTokenBucket(options: {
  readonly perSecond: number;
  readonly burst: number;
  readonly clock: Clock;
}): TokenBucket {
  const { perSecond, burst, clock } = options;
  let tokens = burst;
  let countedAt = clock.now();
  const count = () => {
    const now = clock.now();
    tokens = Math.min(burst, tokens + ((now - countedAt) / 1000) * perSecond);
    countedAt = now;
  };
  return {
    reserve: (longestMs = Infinity) => {
      count();
      const waitMs = tokens >= 1 ? 0 : ((1 - tokens) / perSecond) * 1000;
      if (waitMs > longestMs) return longestMs;
      tokens -= 1;
      return waitMs;
    },
    tryTake: () => {
      count();
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
