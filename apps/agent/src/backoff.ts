import type { ErrorClass } from '@stoker/errors';

const firstDelayMs = 1000;
const longestDelayMs = 300_000;

/**
 * How long to wait before the next attempt. Transient and waiting errors: 1 s, doubled up to 5 min. Stalled ones need a
 * person: 5 min at once. Jitter spreads each over ±20%, so that gateways that failed together don't return together.
 * @param attempt failures in a row, 1 for the first
 * @param random  in [0, 1)
 */
export function backoffMs(errorClass: ErrorClass, attempt: number, random: number): number {
  const delayMs =
    errorClass === 'stalled' ? longestDelayMs : Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt - 1, 20));
  return Math.round(delayMs * (0.8 + 0.4 * random));
}
