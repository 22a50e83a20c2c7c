import type { DiscoveredGateway } from '@stoker/crd-types';
import { clip } from '../clip.ts';
import { applyClaims } from '../conditions/applyClaims.ts';
import { claimsOfGateway } from '../conditions/ofGateway.ts';
import type { Draft, GatewayDraft } from '../reconcile/draft.ts';
import { gatewayState } from './gatewayState.ts';
import { skewOf } from './skew.ts';

/** Above this only gateways that are not well are listed: a status has to fit into one object. */
const listedCompletely = 200;
/** Even of those: about 2 KiB each, and as much again for what the API server notes of each field. */
const listedAtMost = 300;
/** Of an object of at most 1.5 MiB. What gateways say may be long, and is whole in their documents. */
const mostBytes = 786_432;
const mostCharacters = 1024;
const historyLength = 5;

export function isSynced(draft: GatewayDraft): boolean {
  return gatewayState(draft).kind === 'synced';
}

/** One compact entry a gateway, as people and dashboards read them. */
export function gatewayEntries(draft: Draft, now: Date): readonly DiscoveredGateway[] {
  const { gateways } = draft;
  const isNews = (gateway: GatewayDraft) => !isSynced(gateway) || skewOf(gateway, draft) !== undefined;
  const shown = gateways.length > listedCompletely ? gateways.filter(isNews) : gateways;
  const before = new Map((draft.stoker.status?.discoveredGateways ?? []).map((entry) => [entry.name, entry]));
  const observedGeneration = draft.stoker.metadata.generation ?? 0;
  const entries = shown.slice(0, listedAtMost).map((gateway) => {
    const { conditions } = before.get(gateway.gateway.name) ?? {};
    const claims = Object.entries(claimsOfGateway(gateway, draft)).map(
      ([type, claim]) => [type, { ...claim, message: clip(claim.message, mostCharacters) }] as const,
    );
    const context = { now, observedGeneration };
    return { ...entryOf(gateway), conditions: applyClaims(conditions, Object.fromEntries(claims), context) };
  });
  return thatFit(entries);
}

/** Whatever one of them says, it takes no room from the others. */
function thatFit(entries: readonly DiscoveredGateway[]): readonly DiscoveredGateway[] {
  let roomBytes = mostBytes;
  return entries.filter((entry) => {
    const bytes = Buffer.byteLength(JSON.stringify(entry));
    if (bytes > roomBytes) return false;
    roomBytes -= bytes;
    return true;
  });
}

function entryOf(draft: GatewayDraft): DiscoveredGateway {
  const { gateway, status } = draft;
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
    ...heldEntry(draft),
    ...sessionsEntry(draft),
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

/** Held back by the controller, or for a while by the agent itself. */
function heldEntry({ decision, status }: GatewayDraft): Pick<DiscoveredGateway, 'held'> {
  if (decision.held !== undefined) {
    const { candidate: _release, ...held } = decision.held;
    return { held };
  }
  if (status?.waiting === undefined) return {};
  const { message } = status.waiting;
  return { held: { gate: 'designerSessions', ...status.waiting, message: clip(message, mostCharacters) } };
}

function sessionsEntry({ status }: GatewayDraft): Pick<DiscoveredGateway, 'designerSessions'> {
  const sessions = status?.designerSessions ?? [];
  if (sessions.length === 0) return {};
  return { designerSessions: [...new Set(sessions.map(({ user, project }) => `${user} (${project})`))].slice(0, 20) };
}

function errorEntry(
  { gateway }: GatewayDraft,
  state: { readonly reason: string; readonly message: string; readonly since: string | undefined },
) {
  // What the pod's own existence shows has been so for as long as the pod has.
  const message = clip(state.message, mostCharacters);
  return { reason: state.reason, message, since: state.since ?? gateway.pod.createdAt };
}
