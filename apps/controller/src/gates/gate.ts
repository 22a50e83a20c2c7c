import type { Release } from '@stoker/crd-types';

/** What gates may know about one gateway. Gathered before; a gate does no I/O. */
export interface GatewayFacts {
  readonly gatewayName: string;
  readonly stokerIsPaused: boolean;
  /** Those of the gateway's profiles that are paused. */
  readonly pausedProfiles: readonly string[];
  /** Live pods that share the gateway's name; empty without a conflict. */
  readonly conflictingPods: readonly string[];
  /** Gateways that write its volume, itself included; empty without a conflict. */
  readonly volumeWriters: readonly string[];
  /** What it would be moved to: undefined while no commit or no valid profile is known. */
  readonly candidate: Release | undefined;
  /** Why the profiles that its own depend on keep the candidate from it; undefined without, or where they have completed it. */
  readonly dependency: Verdict | undefined;
  /** Why it has to wait for its turn; undefined where it need not. */
  readonly queued: Verdict | undefined;
  /** What its document said before: also true of a gateway whose pod and volume are new. */
  readonly last: Release | undefined;
  /** What every gateway of its profile has completed, most recently. */
  readonly rolledOut: Release | undefined;
}

export interface Verdict {
  readonly reason: string;
  readonly message: string;
  /** An older release that it lets pass in place of the candidate. */
  readonly instead?: Release | undefined;
}

export interface Gate {
  readonly name: string;
  /**
   * What a gateway without any release may still be given while this gate holds: the profile's last complete rollout,
   * and, for `firstCandidate`, the candidate itself when nothing was ever rolled out.
   */
  readonly newGatewayGets: 'nothing' | 'rolledOut' | 'firstCandidate';
  /** Whether it is asked about the ref that a pod asks for: only what must not be, whoever wishes it. */
  readonly holdsOverrides: boolean;
  /** Undefined: pass. */
  readonly holds: (facts: GatewayFacts) => Verdict | undefined;
}
