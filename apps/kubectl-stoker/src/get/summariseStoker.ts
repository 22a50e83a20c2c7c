import { conditionTypes, type DiscoveredGateway, reasons, type Stoker } from '@stoker/crd-types';

/** One gateway in a line. */
interface GatewaySummary {
  readonly name: string;
  readonly pod: string;
  /** Held, Failed, Overridden, or what its agent is doing. */
  readonly state: string;
  readonly ref?: string;
  readonly commit?: string;
  /** Whether it runs its release: one of those that `syncedGateways` counts. */
  readonly synced: boolean;
  /** Why it is not synced. */
  readonly reason?: string;
  readonly message?: string;
}

/** One Stoker with its gateways, as `get` shows it. */
export interface StokerSummary {
  readonly namespace: string;
  readonly name: string;
  readonly paused: boolean;
  readonly ref: string;
  readonly commit?: string;
  readonly gatewayCount: number;
  readonly syncedGateways: number;
  readonly ready: { readonly status: string; readonly reason: string; readonly message: string };
  readonly gateways: readonly GatewaySummary[];
}

const unseen = { status: 'Unknown', reason: 'NotSeen', message: 'no controller has looked at it yet' };

/** Pure: from the object alone. */
export function summariseStoker({ metadata, spec, status }: Stoker): StokerSummary {
  const ready = status?.conditions?.find(({ type }) => type === conditionTypes.Ready) ?? unseen;
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    paused: spec.paused ?? false,
    ref: status?.ref ?? spec.git.ref,
    ...(status?.commit === undefined ? {} : { commit: status.commit }),
    gatewayCount: status?.gatewayCount ?? 0,
    syncedGateways: status?.syncedGateways ?? 0,
    ready: { status: ready.status, reason: ready.reason, message: ready.message },
    gateways: (status?.discoveredGateways ?? []).map(summariseGateway),
  };
}

function summariseGateway(entry: DiscoveredGateway): GatewaySummary {
  const { name, pod, ref, commit } = entry;
  return {
    name,
    pod,
    ...stateOf(entry),
    synced: entry.conditions?.some(({ type, status }) => type === conditionTypes.Ready && status === 'True') ?? false,
    ...(ref === undefined ? {} : { ref }),
    ...(commit === undefined ? {} : { commit }),
  };
}

function stateOf({ held, error, phase, conditions = [] }: DiscoveredGateway) {
  if (error !== undefined) return { state: 'Failed', reason: error.reason, message: error.message };
  if (held !== undefined) return { state: 'Held', reason: held.reason, message: held.message };
  const overridden = conditions.find(({ reason }) => reason === reasons.RefOverridden);
  if (overridden) return { state: 'Overridden', reason: overridden.reason, message: overridden.message };
  const agent = conditions.find(({ type, status }) => type === conditionTypes.AgentReady && status === 'False');
  return agent ? { state: phase, reason: agent.reason, message: agent.message } : { state: phase };
}
