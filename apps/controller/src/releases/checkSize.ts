import { reasons, type ResolvedProfile, type SyncProfile } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import { listed } from '../conditions/claim.ts';

/** A ConfigMap holds 1 MiB; what a metadata document says beside the profile stays far below the rest. */
const maxBytes = 1024 * 1024 - 64 * 1024;

/**
 * The API server refuses a document that is too large, and would refuse it again for ever.
 *
 * @throws StokerError `ProfilesTooLarge`, with the profiles' names
 */
export function checkSize(resolved: ResolvedProfile, profiles: readonly SyncProfile[]): void {
  const bytes = Buffer.byteLength(JSON.stringify(resolved));
  if (bytes <= maxBytes) return;
  const names = listed(profiles.map(({ metadata }) => metadata.name));
  const kiB = (count: number) => `${Math.ceil(count / 1024)} KiB`;
  throw new StokerError(
    `what SyncProfiles ${names} say takes ${kiB(bytes)}, and one gateway can be told ${kiB(maxBytes)}`,
    {
      reason: reasons.ProfilesTooLarge,
      class: 'stalled',
      hint: 'put long values of patches into files in git, or name fewer profiles',
    },
  );
}
