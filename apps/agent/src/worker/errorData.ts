import { describeError, isStokerError, StokerError } from '@stoker/errors';
import type { ErrorData } from './messages.ts';

/** An unexpected error counts as transient: what caused it may be gone with the next attempt. */
export function toErrorData(error: unknown): ErrorData {
  const { reason, message, hint } = describeError(error);
  return {
    reason,
    class: isStokerError(error) ? error.class : 'transient',
    message,
    hint,
    stack: isStokerError(error) || !Error.isError(error) ? undefined : error.stack,
  };
}

export function fromErrorData(data: ErrorData): StokerError {
  const cause = data.stack === undefined ? undefined : Object.assign(new Error(data.message), { stack: data.stack });
  return new StokerError(data.message, { reason: data.reason, class: data.class, hint: data.hint, cause });
}
