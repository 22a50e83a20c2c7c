import { reasons } from '@stoker/crd-types';
import type { Gate } from './gate.ts';

/** A paused CR or profile gets no new releases. What it has it keeps, also on an empty volume. */
export const paused: Gate = {
  name: 'paused',
  newGatewayGets: 'rolledOut',
  holdsOverrides: false,
  holds: ({ stokerIsPaused, pausedProfiles }) => {
    if (stokerIsPaused) {
      return { reason: reasons.Paused, message: 'the Stoker is paused; set spec.paused to false to release' };
    }
    const [profile] = pausedProfiles;
    if (profile === undefined) return undefined;
    return {
      reason: reasons.Paused,
      message: `SyncProfile ${profile} is paused; set its spec.paused to false to release`,
    };
  },
};
