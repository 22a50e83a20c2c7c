import { type Hold, reasons, type StatusDocument } from '@stoker/crd-types';
import { dependencies } from '../gates/dependencies.ts';
import { limits } from '../gates/limits.ts';
import { volumeConflictMessage } from '../gates/volumeConflict.ts';
import type { GatewayDraft } from '../reconcile/draft.ts';
import { sentence } from '../sentence.ts';
import { completedReleaseId, hasPlanned } from './completedRelease.ts';

/** Where a gateway stands relative to its release. A hold by a person is no state: such a gateway is measured by what it was given. */
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

export function gatewayState({ gateway, decision, candidateError, status }: GatewayDraft): GatewayState {
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
  if (gateway.volumeWriters.length > 0) {
    const message = volumeConflictMessage(gateway.volumeWriters);
    const since = decision.held?.since;
    return { kind: 'failed', reason: reasons.VolumeConflict, message, since, needsPerson: true };
  }
  if (candidateError !== undefined) {
    const message = sentence(candidateError);
    return {
      kind: 'failed',
      reason: candidateError.reason,
      message,
      since: undefined,
      needsPerson: candidateError.class === 'stalled',
    };
  }
  const { release } = decision;
  if (release === undefined) return { kind: 'progressing', message: 'waits for its first release' };
  if (status === undefined) return { kind: 'progressing', message: 'its agent has not reported yet' };
  if (status.error !== undefined) {
    const { reason, since } = status.error;
    return { kind: 'failed', reason, message: sentence(status.error), since, needsPerson: isFinal(status.error) };
  }
  if (status.waiting !== undefined) return { kind: 'progressing', message: `waits: ${status.waiting.message}` };
  // Its turn comes by itself: until then the commit has not arrived everywhere.
  if (comesByItself(decision.held)) return { kind: 'progressing', message: decision.held.message };
  if (completedReleaseId(status) === release.id && status.phase === 'Synced') return { kind: 'synced' };
  if (hasPlanned(status, release)) return { kind: 'dryRun' };
  return { kind: 'progressing', message: `${status.phase.toLowerCase()} ${release.commit.slice(0, 8)}` };
}

function comesByItself(held: Hold | undefined): held is Hold {
  return held?.gate === dependencies.name || held?.gate === limits.name;
}

/** The agent does nothing more about a release that its gateway does not bear, once it has done what the profile asks for. */
function isFinal({ reason, nextAttempt }: NonNullable<StatusDocument['error']>): boolean {
  const { VerificationFailed, RolledBack, RollbackFailed } = reasons;
  return (
    nextAttempt === undefined && [VerificationFailed, RolledBack, RollbackFailed].some((final) => final === reason)
  );
}
