import { StokerError } from '@stoker/errors';

/** The reason of every abort of ours: what was cancelled has not failed. */
export function cancelled(): StokerError {
  return new StokerError('the sync was cancelled', { reason: 'Cancelled', class: 'waiting' });
}
