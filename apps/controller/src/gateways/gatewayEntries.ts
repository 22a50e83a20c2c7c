import type { DiscoveredGateway } from '@stoker/crd-types';
import type { GatewayDraft } from '../reconcile/draft.ts';
import { gatewayState } from './gatewayState.ts';

/** Above this only gateways that are not synced are listed: a status has to fit into one object. */
const listedCompletely = 200;
/** Even of unsynced ones: about 2 KiB each, in an object of at most 1.5 MiB. */
const listedAtMost = 400;
const historyLength = 5;

export function isSynced(draft: GatewayDraft): boolean {
  return gatewayState(draft).kind === 'synced';
}

/** One compact entry a gateway, as people and dashboards read them. */
export function gatewayEntries(gateways: readonly GatewayDraft[]): readonly DiscoveredGateway[] {
  const shown = gateways.length > listedCompletely ? gateways.filter((gateway) => !isSynced(gateway)) : gateways;
  return shown.slice(0, listedAtMost).map(entry);
}

function entry(draft: GatewayDraft): DiscoveredGateway {
  const { gateway, status, decision } = draft;
  const state = gatewayState(draft);
  return {
    name: gateway.name,
    pod: gateway.pod.name,
    podUID: gateway.pod.uid,
    profiles: gateway.profileNames,
    phase: state.kind === 'failed' ? 'Failed' : (status?.phase ?? 'Waiting'),
    ...(status?.ref === undefined ? {} : { ref: status.ref }),
    ...(status?.commit === undefined ? {} : { commit: status.commit }),
    ...(status?.releaseId === undefined ? {} : { releaseId: status.releaseId }),
    ...(status?.syncedAt === undefined ? {} : { syncedAt: status.syncedAt }),
    ...(decision.held === undefined ? {} : { held: heldEntry(decision.held) }),
    ...(state.kind === 'failed' ? { error: errorEntry(draft, state) } : {}),
    ...(status === undefined || status.history.length === 0
      ? {}
      : {
          history: status.history
            .slice(0, historyLength)
            .map(({ at, commit, outcome, changed, durationMs, reason }) => ({
              at,
              commit,
              outcome,
              changed,
              durationMs: Math.round(durationMs),
              ...(reason === undefined ? {} : { reason }),
            })),
        }),
  };
}

function heldEntry({ gate, reason, message, since }: NonNullable<GatewayDraft['decision']['held']>) {
  return { gate, reason, message, since };
}

function errorEntry(
  { gateway }: GatewayDraft,
  state: { readonly reason: string; readonly message: string; readonly since: string | undefined },
) {
  // What the pod's own existence shows has been so for as long as the pod has.
  return { reason: state.reason, message: state.message, since: state.since ?? gateway.pod.createdAt };
}
