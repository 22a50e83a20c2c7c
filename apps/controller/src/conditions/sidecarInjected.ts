import { conditionTypes, reasons } from '@stoker/crd-types';
import { findCondition } from '@stoker/kube';
import type { Draft } from '../reconcile/draft.ts';
import { type Claim, listed } from './claim.ts';

export function sidecarInjected({ missingSidecars, stoker }: Draft): Claim {
  if (missingSidecars === undefined) {
    // After a restart pods are listed anew: until they are, what was said stands.
    const before = findCondition(stoker.status?.conditions ?? [], conditionTypes.SidecarInjected);
    return (
      before ?? {
        status: 'Unknown',
        reason: reasons.Progressing,
        message: 'the pods of the namespace are being listed',
      }
    );
  }
  if (missingSidecars.length === 0) {
    return { status: 'True', reason: reasons.Succeeded, message: 'every pod that asks for the agent has it' };
  }
  return {
    status: 'False',
    reason: reasons.SidecarMissing,
    message: `without the agent although annotated: ${listed(missingSidecars)}. Delete them, so that they are made anew and injected`,
  };
}
