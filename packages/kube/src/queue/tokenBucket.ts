import type { Clock } from '../clock.ts';

export interface TokenBucket {
  /** Takes a token, in advance where none is left, and answers how long to wait for it in milliseconds. */
  reserve(): number;
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
  return {
    reserve: () => {
      const now = clock.now();
      tokens = Math.min(burst, tokens + ((now - countedAt) / 1000) * perSecond) - 1;
      countedAt = now;
      return tokens >= 0 ? 0 : (-tokens / perSecond) * 1000;
    },
  };
}
