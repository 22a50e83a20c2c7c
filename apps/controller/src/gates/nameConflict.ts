import { reasons } from '@stoker/crd-types';
import type { Gate } from './gate.ts';

/** Two live pods with one gateway name share one document: neither may be moved until a person has named them apart. */
export const nameConflict: Gate = {
  name: 'nameConflict',
  newGatewayGets: 'nothing',
  holdsOverrides: true,
  holds: ({ gatewayName, conflictingPods }) => {
    if (conflictingPods.length === 0) return undefined;
    return {
      reason: reasons.GatewayNameConflict,
      message: `the pods ${conflictingPods.join(' and ')} are both named ${gatewayName}; give each its own annotation stoker.io/gateway-name`,
    };
  },
};
