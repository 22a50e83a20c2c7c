import { reasons } from '@stoker/crd-types';
import type { GatewayDraft } from '../reconcile/draft.ts';
import { sentence } from '../sentence.ts';
import { completedReleaseId } from './completedRelease.ts';

/** Where a gateway stands relative to its release. A hold is no state: a held gateway is measured by what it was given. */
export type GatewayState =
  | { readonly kind: 'synced' }
  /** Reported what it would do, as its profile asks. */
  | { readonly kind: 'dryRun' }
  | { readonly kind: 'progressing'; readonly message: string }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly message: string;
      readonly since: string | undefined;
      /** Whether it stays so until a person changes something in the cluster. */
      readonly needsPerson: boolean;
    };

export function gatewayState({ gateway, decision, profileError, status }: GatewayDraft): GatewayState {
  if (gateway.conflictingPods.length > 0) {
    const message = `the pods ${gateway.conflictingPods.join(' and ')} share the name ${gateway.name}; set their annotation stoker.io/gateway-name`;
    return {
      kind: 'failed',
      reason: reasons.GatewayNameConflict,
      message,
      since: decision.held?.since,
      needsPerson: true,
    };
  }
  if (profileError !== undefined) {
    const message = sentence(profileError);
    return { kind: 'failed', reason: profileError.reason, message, since: undefined, needsPerson: true };
  }
  const { release } = decision;
  if (release === undefined) return { kind: 'progressing', message: 'waits for its first release' };
  if (status === undefined) return { kind: 'progressing', message: 'its agent has not reported yet' };
  if (status.error !== undefined) {
    const { reason, since } = status.error;
    return { kind: 'failed', reason, message: sentence(status.error), since, needsPerson: false };
  }
  if (completedReleaseId(status) === release.id && status.phase === 'Synced') return { kind: 'synced' };
  const [latest] = status.history;
  if (release.profile.dryRun && latest?.outcome === 'DryRun' && latest.releaseId === release.id)
    return { kind: 'dryRun' };
  return { kind: 'progressing', message: `${status.phase.toLowerCase()} ${release.commit.slice(0, 8)}` };
}
