import { isDeepStrictEqual } from 'node:util';
import { microTime } from '../microTime.ts';
import type { Lease } from '../resourceTypes.ts';

/** What was last seen of a lease, and when it was seen to change, by the clock of this process. */
export interface Observation {
  readonly lease: Lease;
  readonly changedAt: number;
}

/** Times in a lease are of other machines: that it changed is all that counts, and when we saw it. */
export function observe(before: Observation | undefined, lease: Lease, now: number): Observation {
  const isSame = before !== undefined && isDeepStrictEqual(before.lease.spec, lease.spec);
  return { lease, changedAt: isSame ? before.changedAt : now };
}

/**
 * Whether somebody else may still be writing. How long that one may, its record says: the holder may be of a version or
 * of settings with a longer lease than ours. Never less than ours, should the record be of something that says less.
 */
export function isHeldByOther(seen: Observation, identity: string, leaseDurationMs: number, now: number): boolean {
  const { holderIdentity: holder, leaseDurationSeconds = 0 } = seen.lease.spec;
  const heldMs = Math.max(leaseDurationMs, leaseDurationSeconds * 1000);
  return Boolean(holder) && holder !== identity && now < seen.changedAt + heldMs;
}

/** The spec with which `identity` takes or renews a lease. */
export function heldSpec(
  before: Lease['spec'] | undefined,
  { identity, leaseDurationSeconds, date }: { identity: string; leaseDurationSeconds: number; date: Date },
): Lease['spec'] {
  const renewTime = microTime(date);
  const isRenewal = before?.holderIdentity === identity;
  return {
    holderIdentity: identity,
    leaseDurationSeconds,
    renewTime,
    acquireTime: (isRenewal ? before.acquireTime : undefined) ?? renewTime,
    leaseTransitions: (before?.leaseTransitions ?? -1) + (isRenewal ? 0 : 1),
  };
}

/** Nobody's: another replica need not wait for it to expire. */
export function releasedSpec(before: Lease['spec'], date: Date): Lease['spec'] {
  return { ...before, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(date) };
}
