import { reasons } from '@stoker/crd-types';
import type { Gate } from './gate.ts';

/** Two gateways that write one volume would each undo what the other does: neither is moved until a person has parted them. */
export const volumeConflict: Gate = {
  name: 'volumeConflict',
  newGatewayGets: 'nothing',
  holdsOverrides: true,
  holds: ({ volumeWriters }) => {
    if (volumeWriters.length === 0) return undefined;
    return { reason: reasons.VolumeConflict, message: volumeConflictMessage(volumeWriters) };
  },
};

export function volumeConflictMessage(writers: readonly string[]): string {
  return `the gateways ${writers.join(' and ')} write one volume; give each a claim or a subPath of its own`;
}
