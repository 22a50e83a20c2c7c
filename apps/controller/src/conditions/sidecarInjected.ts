import { reasons } from '@stoker/crd-types';
import type { Draft } from '../reconcile/draft.ts';
import { type Claim, listed } from './claim.ts';

export function sidecarInjected({ missingSidecars }: Draft): Claim {
  if (missingSidecars.length === 0) {
    return { status: 'True', reason: reasons.Succeeded, message: 'every pod that asks for the agent has it' };
  }
  return {
    status: 'False',
    reason: reasons.SidecarMissing,
    message: `without the agent although annotated: ${listed(missingSidecars)}. Delete them, so that they are made anew and injected`,
  };
}
