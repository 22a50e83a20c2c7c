import { annotations, reasons } from '@stoker/crd-types';
import type { Draft, GatewayDraft } from '../reconcile/draft.ts';
import { sentence } from '../sentence.ts';
import { gatewayState } from './gatewayState.ts';

/** Why a gateway runs another ref or commit than its CR. */
export interface Skew {
  readonly reason: string;
  readonly message: string;
}

/** Undefined: it runs the CR's ref and commit, or has synced nothing yet, or the CR's commit is not known. */
export function skewOf(gateway: GatewayDraft, { ref, target }: Pick<Draft, 'ref' | 'target'>): Skew | undefined {
  const { status, decision, override } = gateway;
  if (status?.commit === undefined || ref.commit === undefined) return undefined;
  const hasOtherRef = status.ref !== undefined && status.ref !== target.ref;
  const isElsewhere = decision.release?.source === 'override' && decision.release.ref !== target.ref;
  if (status.commit === ref.commit && !hasOtherRef && !isElsewhere) return undefined;
  const what = `${status.commit.slice(0, 8)}${hasOtherRef ? ` of ${status.ref}` : ''}`;
  return { reason: reasonFor(gateway), message: `runs ${what}${whyOf(gateway)}` };

  function whyOf({ decision: { held, release } }: GatewayDraft): string {
    if (override?.error !== undefined) return `: ${sentence(override.error)}`;
    if (override !== undefined) return `: its pod asks for ${override.ref} (${annotations.refOverride})`;
    if (held !== undefined) return `: held since ${held.since}: ${held.message}`;
    const state = gatewayState(gateway);
    if (state.kind === 'failed') return `: ${state.message}`;
    if (state.kind === 'dryRun') return ': its profile has dryRun, and changes nothing';
    if (status?.waiting !== undefined) return `: waits since ${status.waiting.since}: ${status.waiting.message}`;
    return release?.commit === ref.commit ? ': on its way' : ': the next release is being made';
  }
}

function reasonFor(gateway: GatewayDraft): string {
  const { override, decision, status } = gateway;
  if (override !== undefined) return reasons.RefOverridden;
  if (decision.held !== undefined) return reasons.HeldByGate;
  const { kind } = gatewayState(gateway);
  if (kind === 'failed') return reasons.SyncFailing;
  if (kind === 'dryRun') return reasons.DryRun;
  return status?.waiting === undefined ? reasons.Behind : reasons.HeldByGate;
}
