import { reasons } from '@stoker/crd-types';
import type { Draft, GatewayDraft } from '../reconcile/draft.ts';
import { type Claim, listed } from './claim.ts';

/** What the gateways said after their last sync, in their own words. Undefined: none was asked yet. */
export function verified({ gateways }: Draft): Claim | undefined {
  const findings = gateways.flatMap((draft) => findingOf(draft) ?? []);
  const worst =
    findings.find(({ status }) => status === 'False') ?? findings.find(({ status }) => status === 'Unknown');
  if (findings.length === 0) return undefined;
  if (worst === undefined) {
    const asBefore = findings.filter(({ hasProblems }) => hasProblems).map(({ said }) => said);
    const message = asBefore.length === 0 ? 'gateways report no problem' : listed(asBefore);
    return { status: 'True', reason: reasons.Succeeded, message };
  }
  const said = findings.filter(({ status }) => status === worst.status).map((finding) => finding.said);
  return { status: worst.status, reason: worst.reason, message: listed(said) };
}

interface Finding {
  readonly status: Claim['status'];
  readonly reason: string;
  readonly said: string;
  readonly hasProblems: boolean;
}

const statusOf = { Verified: 'True', Failed: 'False', Unknown: 'Unknown' } as const;

function findingOf({ gateway, status }: GatewayDraft): Finding | undefined {
  const { verification, error } = status ?? {};
  // About a release that the gateway does not run any more, and still the news.
  if (error?.reason === reasons.RolledBack) {
    return { status: 'False', reason: error.reason, said: `${gateway.name}: ${error.message}`, hasProblems: true };
  }
  if (verification === undefined || verification.releaseId !== status?.releaseId) return undefined;
  const { outcome, reason = reasons.Succeeded, message, problems } = verification;
  return { status: statusOf[outcome], reason, said: `${gateway.name}: ${message}`, hasProblems: problems.length > 0 };
}
