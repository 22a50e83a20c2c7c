import { reasons } from '@stoker/crd-types';
import type { Draft } from '../reconcile/draft.ts';
import { type Claim, listed } from './claim.ts';

export function refSkew({ gateways }: Draft): Claim {
  const running = gateways.flatMap(({ gateway, status }) =>
    status?.commit === undefined ? [] : [{ name: gateway.name, commit: status.commit.slice(0, 8) }],
  );
  const byCommit = [...Map.groupBy(running, ({ commit }) => commit)];
  if (byCommit.length <= 1) {
    return { status: 'False', reason: reasons.Succeeded, message: 'gateways that have synced run one commit' };
  }
  const groups = byCommit.map(([commit, members]) => `${commit}: ${listed(members.map(({ name }) => name))}`);
  return { status: 'True', reason: reasons.CommitsDiffer, message: groups.slice(0, 5).join('; ') };
}
