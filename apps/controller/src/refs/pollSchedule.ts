import { isStokerError } from '@stoker/errors';

const firstRetryMs = 1_000;
const lastRetryMs = 300_000;

/** Spread by a tenth both ways, so that CRs which were started together do not stay together. */
export function pollDelay(intervalMs: number, random: () => number): number {
  return Math.round(intervalMs * (0.9 + 0.2 * random()));
}

/**
 * What goes away by itself is tried again after 1 s, 2 s … 5 min, what ends with somebody's push at the polling
 * interval, and what needs a person every 5 min, since a changed secret or CR asks at once.
 */
export function retryDelay(
  error: unknown,
  { attempt, pollIntervalMs }: { readonly attempt: number; readonly pollIntervalMs: number | undefined },
  random: () => number,
): number {
  return Math.round(baseDelay(error, attempt, pollIntervalMs ?? lastRetryMs) * (0.8 + 0.4 * random()));
}

function baseDelay(error: unknown, attempt: number, pollIntervalMs: number): number {
  if (!isStokerError(error) || error.class === 'transient') {
    return Math.min(firstRetryMs * 2 ** Math.min(attempt - 1, 20), lastRetryMs);
  }
  return error.class === 'waiting' ? Math.min(pollIntervalMs, lastRetryMs) : lastRetryMs;
}
