import type { Release } from '@stoker/crd-types';

/** What gates may know about one gateway. Gathered before; a gate does no I/O. */
export interface GatewayFacts {
  readonly gatewayName: string;
  readonly stokerIsPaused: boolean;
  /** Those of the gateway's profiles that are paused. */
  readonly pausedProfiles: readonly string[];
  /** Live pods that share the gateway's name; empty without a conflict. */
  readonly conflictingPods: readonly string[];
  /** What it would be moved to: undefined while no commit or no valid profile is known. */
  readonly candidate: Release | undefined;
  /** What its document said before: also true of a gateway whose pod and volume are new. */
  readonly last: Release | undefined;
  /** What every gateway of its profile has completed, most recently. */
  readonly rolledOut: Release | undefined;
}

export interface Verdict {
  readonly reason: string;
  readonly message: string;
}

export interface Gate {
  readonly name: string;
  /**
   * What a gateway without any release may still be given while this gate holds: the profile's last complete rollout,
   * and, for `firstCandidate`, the candidate itself when nothing was ever rolled out.
   */
  readonly newGatewayGets: 'nothing' | 'rolledOut' | 'firstCandidate';
  /** Undefined: pass. */
  readonly holds: (facts: GatewayFacts) => Verdict | undefined;
}
