import { conditionTypes, reasons } from '@stoker/crd-types';
import { isStokerError } from '@stoker/errors';
import { findCondition } from '@stoker/kube';
import { gatewayState } from '../gateways/gatewayState.ts';
import type { Draft } from '../reconcile/draft.ts';
import { sentenceOf } from '../sentence.ts';
import { type Claim, listed, reasonOf } from './claim.ts';

/** The three conditions of kstatus: a CR is ready, or on its way, or waits for a person; never two of them. */
export interface Readiness {
  readonly ready: Claim;
  readonly reconciling: Claim | undefined;
  readonly stalled: Claim | undefined;
}

/**
 * @param errors of steps, apart from what a claim says already
 */
export function readiness(
  draft: Draft,
  claims: { readonly refResolved: Claim; readonly allGatewaysSynced: Claim },
  errors: readonly unknown[],
): Readiness {
  const { refResolved: ref, allGatewaysSynced: synced } = claims;
  const needsPerson = draft.gateways.some((gateway) => {
    const state = gatewayState(gateway);
    return state.kind === 'failed' && state.needsPerson;
  });
  const refIsStalled = isStalled(draft, ref);
  const stalledError = errors.find((error) => isStokerError(error) && error.class === 'stalled');
  if (stalledError !== undefined && !refIsStalled) return waitsForPerson(claimOf(stalledError));
  if (ref.status === 'False') return refIsStalled ? waitsForPerson(ref) : onItsWay(ref);
  const [error] = errors;
  if (error !== undefined) return onItsWay(claimOf(error));
  if (ref.status === 'Unknown') return onItsWay(ref);
  if (synced.status === 'False') {
    if (needsPerson || synced.reason === reasons.InvalidGatewayName) return waitsForPerson(synced);
    return onItsWay(synced);
  }
  return { ready: readyClaim(draft, synced), reconciling: undefined, stalled: undefined };
}

/** Whether the ref waits for a person: also while git is asked, where the status said so and that stands. */
function isStalled({ ref, stoker }: Draft, claim: Claim): boolean {
  if (ref.kind === 'failed') return isStokerError(ref.error) && ref.error.class === 'stalled';
  const before = findCondition(stoker.status?.conditions, conditionTypes.Stalled);
  return claim.status === 'False' && before?.status === 'True' && before.reason === claim.reason;
}

function readyClaim(draft: Draft, synced: Claim): Claim {
  const { stoker, gateways } = draft;
  const heldCount = gateways.filter(({ decision }) => decision.held !== undefined).length;
  if (stoker.spec.paused || heldCount > 0) {
    const held = heldCount === 0 ? '' : `; ${heldCount} held back from a newer release`;
    return { status: 'True', reason: reasons.Paused, message: `${synced.message}${held}${formerRepositories(draft)}` };
  }
  return { status: 'True', reason: synced.status === 'True' ? reasons.Synced : synced.reason, message: synced.message };
}

/** A kept release may be of another repository than the spec's: it has to stay there until the release is no longer kept. */
function formerRepositories({ stoker, gateways }: Draft): string {
  const { repo } = stoker.spec.git;
  const urls = gateways.flatMap(({ decision: { release } }) => release?.repository ?? []);
  const former = [...new Set(urls)].filter((url) => url !== repo);
  return former.length === 0 ? '' : `; releases that are kept are still read from ${listed(former)}`;
}

function waitsForPerson({ reason, message }: Claim): Readiness {
  return {
    ready: { status: 'False', reason, message },
    reconciling: undefined,
    stalled: { status: 'True', reason, message },
  };
}

function onItsWay({ reason, message }: Claim): Readiness {
  return {
    ready: { status: 'False', reason, message },
    reconciling: { status: 'True', reason, message },
    stalled: undefined,
  };
}

function claimOf(error: unknown): Claim {
  return { status: 'False', reason: reasonOf(error), message: sentenceOf(error) };
}
