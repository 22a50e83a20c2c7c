import { StokerError } from '@stoker/errors';

/** The command line cannot be carried out as written: exit code 2. */
export function usageError(message: string, hint?: string, cause?: unknown): StokerError {
  return new StokerError(message, { reason: 'Usage', class: 'stalled', hint, cause });
}
