import type { Clock } from '../clock.ts';
import { ApiError } from './apiError.ts';

export interface Deadline {
  readonly signal: AbortSignal;
  readonly remainingMs: () => number;
  /** What an error means, when the signal was the reason for it. */
  readonly explain: (error: unknown, what: string) => ApiError | undefined;
  /** Time no longer counts; the caller's signal still does. */
  readonly lift: () => void;
  /** Must be called when all is over: lets go of the caller's signal. */
  readonly release: () => void;
}

/** The caller's signal and a time limit as one. (`AbortSignal.any` would keep every call alive as long as its signal.) */
export function startDeadline(clock: Clock, timeoutMs: number, caller: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const end = clock.now() + timeoutMs;
  const cancel = () => controller.abort('Cancelled');
  const stopTimer = clock.schedule(timeoutMs, () => controller.abort('Timeout'));
  if (caller?.aborted) cancel();
  caller?.addEventListener('abort', cancel);
  return {
    signal: controller.signal,
    remainingMs: () => end - clock.now(),
    explain: (cause, what) => {
      if (!controller.signal.aborted) return undefined;
      const isTimeout = controller.signal.reason === 'Timeout';
      const message = isTimeout ? `${what}: no answer within ${timeoutMs} ms` : `${what}: cancelled`;
      return new ApiError(message, { status: 0, reason: isTimeout ? 'Timeout' : 'Cancelled', cause });
    },
    lift: stopTimer,
    release: () => {
      stopTimer();
      caller?.removeEventListener('abort', cancel);
    },
  };
}
