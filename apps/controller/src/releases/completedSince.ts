import type { StatusDocument } from '@stoker/crd-types';

/**
 * When the last of these gateways came to a commit that all have completed, by their histories, in ms since 1970. Undefined
 * where one of them does not tell. What was put back since is no new arrival.
 */
export function completedSinceMs(
  statuses: readonly (Pick<StatusDocument, 'history'> | undefined)[],
  commit: string,
): number | undefined {
  const arrivals = statuses.map((status) => arrivalMs(status?.history ?? [], commit));
  const known = arrivals.filter((arrival) => arrival !== undefined);
  return known.length === 0 || known.length < arrivals.length ? undefined : Math.max(...known);
}

/** The oldest of the latest entries of this commit in a row; a history has the newest first. */
function arrivalMs(history: StatusDocument['history'], commit: string): number | undefined {
  const synced = history.filter(({ outcome }) => outcome === 'Synced');
  const first = synced.findIndex((entry) => entry.commit === commit);
  if (first === -1) return undefined;
  const since = synced.slice(first);
  const before = since.findIndex((entry) => entry.commit !== commit);
  const arrival = since.at(before === -1 ? -1 : before - 1);
  return arrival && Date.parse(arrival.at);
}
