import { conditionTypes, reasons, type StatusDocument } from '@stoker/crd-types';
import { gatewayState } from '../gateways/gatewayState.ts';
import { skewOf } from '../gateways/skew.ts';
import type { Draft, GatewayDraft } from '../reconcile/draft.ts';
import { type Claim, listed } from './claim.ts';

type Seen = NonNullable<StatusDocument['seen']>;

/** What one gateway's own conditions say. */
export function claimsOfGateway(gateway: GatewayDraft, draft: Pick<Draft, 'ref' | 'target'>): Record<string, Claim> {
  return {
    [conditionTypes.Ready]: ready(gateway),
    [conditionTypes.AgentReady]: agentReady(gateway),
    [conditionTypes.RefSkew]: refSkew(gateway, draft),
    [conditionTypes.Drifted]: drifted(gateway),
  };
}

function ready(gateway: GatewayDraft): Claim {
  const state = gatewayState(gateway);
  if (state.kind === 'synced') return { status: 'True', reason: reasons.Synced, message: 'runs its release' };
  if (state.kind === 'dryRun') return { status: 'False', reason: reasons.DryRun, message: 'reported and not changed' };
  if (state.kind === 'progressing') return { status: 'False', reason: reasons.Progressing, message: state.message };
  return { status: 'False', reason: state.reason, message: state.message };
}

function agentReady({ gateway, status }: GatewayDraft): Claim {
  const { sidecar } = gateway.pod;
  if (sidecar.kind === 'notRunning') return { status: 'False', reason: reasons.AgentNotReady, message: sidecar.why };
  if (status === undefined) return { status: 'False', reason: reasons.AgentNotReady, message: 'has not reported yet' };
  const unseen = unseenOf(gateway.pod.seen, status.seen);
  const message = unseen.length === 0 ? 'runs and has reported' : `runs, and does not see yet: ${unseen.join(', ')}`;
  return { status: 'True', reason: reasons.Succeeded, message };
}

/** What of its pod has changed since the kubelet last told the agent, by name. */
function unseenOf(pod: Seen, agent: Seen | undefined): readonly string[] {
  if (agent === undefined) return [];
  const names = new Set([...Object.keys(pod.annotations), ...Object.keys(agent.annotations)]);
  const changed = [...names].filter((name) => pod.annotations[name] !== agent.annotations[name]).toSorted();
  return pod.labelsHash === agent.labelsHash ? changed : [...changed, 'labels'];
}

function refSkew(gateway: GatewayDraft, draft: Pick<Draft, 'ref' | 'target'>): Claim {
  const skew = skewOf(gateway, draft);
  if (skew !== undefined) return { status: 'True', ...skew };
  if (gateway.status?.commit === undefined || draft.ref.commit === undefined) {
    return {
      status: 'Unknown',
      reason: reasons.Progressing,
      message: 'has synced nothing yet, or the ref is not resolved',
    };
  }
  return { status: 'False', reason: reasons.Succeeded, message: "runs the Stoker's commit" };
}

function drifted({ status }: GatewayDraft): Claim {
  const { count = 0, paths = [] } = status?.drifted ?? {};
  if (count === 0) return { status: 'False', reason: reasons.Succeeded, message: 'holds what Stoker wrote' };
  const message = `${count} changed in the gateway and kept: ${listed(paths)}`;
  return { status: 'True', reason: reasons.FilesChangedInGateway, message };
}
