import { reasons } from '@stoker/crd-types';
import { hasPlanned } from '../gateways/completedRelease.ts';
import type { Draft } from '../reconcile/draft.ts';
import { type Claim, listed } from './claim.ts';

/** Whether the gateways whose profiles ask for no more have reported what their release would change. Undefined: none asks. */
export function dryRunCompleted({ gateways }: Draft): Claim | undefined {
  const asked = gateways.flatMap(({ gateway, decision: { release }, status }) =>
    release?.profile.dryRun ? [{ name: gateway.name, release, status }] : [],
  );
  if (asked.length === 0) return undefined;
  const open = asked.filter(({ status, release }) => !hasPlanned(status, release)).map(({ name }) => name);
  if (open.length > 0) {
    return { status: 'False', reason: reasons.Progressing, message: `not reported yet: ${listed(open)}` };
  }
  const found = asked.map(({ name, status }) => `${name} (${status?.history[0]?.changed ?? 0} files)`);
  return { status: 'True', reason: reasons.Succeeded, message: `reported what would change: ${listed(found)}` };
}
