import type { Gate } from './gate.ts';

/** Only so many gateways are on their way at one time; whose turn it is was decided over all of them. */
export const limits: Gate = {
  name: 'limits',
  newGatewayGets: 'rolledOut',
  holdsOverrides: false,
  holds: ({ queued }) => queued,
};
