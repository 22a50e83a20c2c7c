import { type Environment, pause, systemEnvironment } from '../clock.ts';
import { isAlreadyExists, isConflict } from '../client/apiError.ts';
import { guarded } from '../guarded.ts';
import { leaderElectionStatus } from '../metrics/leaderMetrics.ts';
import { reporter } from '../reporter.ts';
import { type Lease, leases } from '../resourceTypes.ts';
import type { LeaderElection, LeaderElectionOptions } from '../types.ts';
import { heldSpec, isHeldByOther, type Observation, observe, releasedSpec } from './leaseRecord.ts';

/**
 * Contends for a Lease as client-go does: whoever has not seen it change for `leaseDurationSeconds` may take it, and
 * whoever holds it stops by itself after `renewDeadlineSeconds` without a renewal. The difference is the time in which
 * the old leader has stopped and the new one has not begun, with any skew between their clocks.
 *
 * `isLeader` goes by time, not by callbacks: a process that was frozen past its lease reads false when it wakes. Ask
 * it before every write (`guardWrites`). After a loss it contends again, unless the program ends, as most do.
 */
export function startLeaderElection(
  options: LeaderElectionOptions,
  { clock, random }: Environment = systemEnvironment,
): LeaderElection {
  const { client, namespace, name, identity, onStarted, onStopped } = options;
  const { leaseDurationSeconds = 15, renewDeadlineSeconds = 10, retryPeriodSeconds = 2 } = options;
  checkTimes(leaseDurationSeconds, renewDeadlineSeconds, retryPeriodSeconds);
  const [leaseMs, renewMs, retryMs] = [
    leaseDurationSeconds * 1000,
    renewDeadlineSeconds * 1000,
    retryPeriodSeconds * 1000,
  ];
  const report = reporter(options.onError);
  const stopping = new AbortController();
  const { signal } = stopping;
  leaderElectionStatus.set({ name }, 0);
  let seen: Observation | undefined;
  /** Leadership ends by itself at this time of our clock; undefined: not leading. */
  let leadsUntil: number | undefined;
  /** The same by the time of day, which goes on while a machine is suspended, where our own clock stands still. */
  let leadsUntilDate = 0;
  let cancelLoss: () => void = () => undefined;
  let term = new AbortController();

  const lose = () => {
    if (leadsUntil === undefined) return;
    cancelLoss();
    leadsUntil = undefined;
    leaderElectionStatus.set({ name }, 0);
    term.abort();
    guarded(onStopped, report);
  };
  const lead = (since: number) => {
    // Time counts from before the request: others have seen the renewal later than that, never earlier.
    const isNew = leadsUntil === undefined;
    if (isNew) term = new AbortController();
    leadsUntil = since + renewMs;
    leadsUntilDate = clock.date().getTime() + (leadsUntil - clock.now());
    cancelLoss();
    cancelLoss = clock.schedule(leadsUntil - clock.now(), lose);
    leaderElectionStatus.set({ name }, 1);
    if (isNew) begin(term);
  };
  /** Whoever cannot begin must not keep others from it: the lease is given back. */
  const begin = (own: AbortController) => {
    guarded(onStarted, (error) => {
      report(error);
      if (own !== term || leadsUntil === undefined) return;
      lose();
      void release();
    });
  };

  /** Writes the lease if it may be taken. False when somebody else has it, or was faster. */
  const tryToHold = async (): Promise<boolean> => {
    const startedAt = clock.now();
    // Half of the time that there is: after one that hangs there must be time for another one.
    const request = { timeoutMs: renewMs / 2 };
    const current = await client.find(leases, { namespace, name }, { ...request, signal });
    if (current) seen = observe(seen, current, clock.now());
    if (seen && current && isHeldByOther(seen, identity, leaseMs, clock.now())) {
      lose();
      return false;
    }
    const spec = heldSpec(current?.spec, { identity, leaseDurationSeconds, date: clock.date() });
    const lease: Lease = current ? { ...current, spec } : { metadata: { namespace, name }, spec };
    // The resourceVersion that was read goes with it: of two that try at once, one gets a conflict. Stopping waits for
    // the answer: a write that was cut off may be carried out after the lease was given back.
    const written = await (current ? client.replace(leases, lease, request) : client.create(leases, lease, request));
    seen = observe(seen, written, clock.now());
    // The answer may have come after the time it was for.
    if (signal.aborted || clock.now() >= startedAt + renewMs) return false;
    lead(startedAt);
    return true;
  };

  const contend = async () => {
    while (!signal.aborted) {
      const startedAt = clock.now();
      try {
        await tryToHold();
      } catch (error) {
        if (!isConflict(error) && !isAlreadyExists(error) && !signal.aborted) report(error);
      }
      // Followers spread, so that they do not all reach for a free lease together.
      const periodMs = leadsUntil === undefined ? retryMs * (1 + random() * 0.2) : retryMs;
      await pause(clock, startedAt + periodMs - clock.now(), signal);
    }
  };
  const contending = contend();

  const release = async () => {
    const request = { timeoutMs: retryMs };
    try {
      // Read again: a renewal without an answer may have been carried out.
      const lease = await client.find(leases, { namespace, name }, request);
      if (lease?.spec.holderIdentity !== identity) return;
      await client.replace(leases, { ...lease, spec: releasedSpec(lease.spec, clock.date()) }, request);
    } catch (error) {
      // Taken meanwhile is as good as released; otherwise it expires by itself.
      if (!isConflict(error)) report(error);
    }
  };
  return {
    get isLeader() {
      return leadsUntil !== undefined && clock.now() < leadsUntil && clock.date().getTime() < leadsUntilDate;
    },
    get term() {
      return term.signal;
    },
    stop: async () => {
      stopping.abort();
      lose();
      await contending;
      await release();
    },
  };
}

/** Throws `RangeError` for times with which two could lead at once. */
function checkTimes(lease: number, renew: number, retry: number): void {
  if (lease > renew && renew > retry * 1.2 && retry > 0) return;
  throw new RangeError(
    `a lease of ${lease} s must be longer than its renew deadline of ${renew} s, which must be longer than its retry period of ${retry} s`,
  );
}
