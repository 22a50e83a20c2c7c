import { reasons } from '@stoker/crd-types';
import type { Draft } from '../reconcile/draft.ts';
import { type Claim, listed } from './claim.ts';

export function drifted({ gateways }: Draft): Claim {
  const edited = gateways.flatMap(({ gateway, status }) => {
    const { count = 0, paths = [] } = status?.drifted ?? {};
    return count === 0 ? [] : [`${gateway.name}: ${count} ${count === 1 ? 'file' : 'files'} (${listed(paths)})`];
  });
  if (edited.length === 0)
    return { status: 'False', reason: reasons.Succeeded, message: 'gateways hold what Stoker wrote' };
  return {
    status: 'True',
    reason: reasons.FilesChangedInGateway,
    message: `changed in the gateway and kept: ${edited.slice(0, 5).join('; ')}`,
  };
}
