import { describeError, isStokerError } from '@stoker/errors';

/** What a condition says, before it is compared with what it said. */
export interface Claim {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** Its stable reason: ours, or that of the API server (`Forbidden`, `Conflict`), which says it in the same way. */
export function reasonOf(error: unknown): string {
  if (
    !isStokerError(error) &&
    Error.isError(error) &&
    'reason' in error &&
    /^[A-Z][A-Za-z]*$/.test(String(error.reason))
  ) {
    return String(error.reason);
  }
  return describeError(error).reason;
}

/** Names for a message: all of a few, the first of many. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
