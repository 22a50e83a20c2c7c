import { gitError } from '../gitError.ts';
import type { Remote } from '../types.ts';

export interface Deadline {
  /** Aborts with the caller's reason, or with a StokerError `GitTimeout` once the time is over. */
  readonly signal: AbortSignal;
  /** To be called once nothing waits for the signal any more. */
  end(): void;
}

/**
 * Not `AbortSignal.any`: what that makes stays known to the caller's signal, which may live as long as the process
 * (measured: 300 bytes for each resolution of a controller, and there may be a thousand a minute).
 */
export function startDeadline(remote: Remote, caller: AbortSignal | undefined, timeoutMs: number): Deadline {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(caller?.reason);
  if (caller?.aborted === true) onAbort();
  caller?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => {
    controller.abort(gitError('GitTimeout', `the server of ${remote.url.canonical} did not answer in time`));
  }, timeoutMs);
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', onAbort);
    },
  };
}
