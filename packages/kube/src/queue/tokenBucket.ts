import type { Clock } from '../clock.ts';

export interface TokenBucket {
  /** Takes a token, in advance where none is left, and answers how long to wait for it in milliseconds. */
  reserve(): number;
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
    reserve: () => {
      count();
      tokens -= 1;
      return tokens >= 0 ? 0 : (-tokens / perSecond) * 1000;
    },
    tryTake: () => {
      count();
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
