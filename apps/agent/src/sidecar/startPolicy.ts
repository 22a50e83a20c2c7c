/** `LastKnownGood` waits this long for a newer release before it starts from an older one. */
export const newerReleaseWaitMs = 60_000;

export interface StartFacts {
  readonly policy: 'LastKnownGood' | 'RequireSync';
  /** An earlier process of this agent, in this pod, has already let the gateway start. */
  readonly startedBefore: boolean;
  /** Release that a completed sync left in the folder; undefined for an empty or foreign folder. */
  readonly onDisk: string | undefined;
  /** Release that is wanted; undefined while the API server has not answered or no ref is resolved. */
  readonly wanted: string | undefined;
  /** Release that this process has synced, or planned where the profile is a dry run. */
  readonly syncedHere: string | undefined;
  readonly sinceStartMs: number;
}

export type StartDecision =
  | { readonly start: true; readonly stale: boolean }
  | { readonly start: false; readonly againInMs: number | undefined };

/** Whether the gateway may start: what `/startupz` answers. Pure. */
export function decideStart(facts: StartFacts): StartDecision {
  const { policy, onDisk, wanted, syncedHere, sinceStartMs } = facts;
  if (facts.startedBefore) return { start: true, stale: false };
  if (wanted !== undefined && syncedHere === wanted) return { start: true, stale: false };
  if (policy === 'RequireSync' || onDisk === undefined) return { start: false, againInMs: undefined };
  if (onDisk === wanted) return { start: true, stale: false };
  if (sinceStartMs >= newerReleaseWaitMs) return { start: true, stale: true };
  return { start: false, againInMs: newerReleaseWaitMs - sinceStartMs };
}
