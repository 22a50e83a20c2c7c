import { conditionTypes, type DiscoveredGateway, reasons, type StokerStatus, stokers } from '@stoker/crd-types';
import { findCondition } from '@stoker/kube';
import type { Deps } from './deps.ts';
import type { Draft } from './draft.ts';

interface News {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly action: string;
  readonly note: string;
}

interface Occasion {
  readonly after: StokerStatus;
  readonly draft: Draft;
  readonly deps: Pick<Deps, 'events' | 'logger'>;
}

/** Records an event for each release that was found given out with this reconcile: another try would find none. */
export function announceReleases(occasion: Occasion): void {
  record(releaseNews(occasion.draft), occasion);
}

/**
 * Records an event for each thing that became true with this status; nothing for what was so before.
 *
 * @param occasion with the status up to which everything is told
 */
export function announce(occasion: Occasion & { readonly before: StokerStatus | undefined }): void {
  const { before, after } = occasion;
  record([...conditionNews(before, after), ...gatewayNews(before, after)], occasion);
}

/** Of a status what `announce` compares: what thousands of gateways have behind them is not kept twice. */
export function trimTold({ conditions = [], gatewayCount = 0, discoveredGateways = [] }: StokerStatus): StokerStatus {
  return {
    conditions,
    gatewayCount,
    discoveredGateways: discoveredGateways.map(({ history: _history, conditions: _conditions, ...entry }) => entry),
  };
}

function record(allNews: readonly News[], { after, draft, deps }: Occasion): void {
  const regarding = {
    apiVersion: `${stokers.group}/${stokers.version}`,
    kind: stokers.kind,
    metadata: draft.stoker.metadata,
  };
  for (const news of allNews) {
    deps.events.record({ regarding, ...news });
    const log = news.type === 'Warning' ? deps.logger.warn : deps.logger.info;
    log(news.note, { stoker: draft.key, reason: news.reason, ref: after.ref, commit: after.commit });
  }
}

/** One event a release, however many gateways it goes to. */
function releaseNews({ released }: Draft): readonly News[] {
  return [...Map.groupBy(released, ({ release }) => release.id)].flatMap(([, members]) => {
    const [first] = members;
    if (first === undefined) return [];
    const { release } = first;
    const names = members.map(({ gatewayName }) => gatewayName);
    const shown = names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
    const note = `${release.ref} at ${release.commit.slice(0, 8)} (release ${release.id}) goes to ${shown}`;
    return [{ type: 'Normal', reason: reasons.Released, action: 'Release', note }];
  });
}

/** Conditions that are worth a Warning when they turn bad, or bad in another way. */
const warnedAbout = [
  { type: conditionTypes.RefResolved, bad: 'False', action: 'Resolve' },
  { type: conditionTypes.HostKeyVerified, bad: 'False', action: 'Resolve' },
  { type: conditionTypes.SidecarInjected, bad: 'False', action: 'Discover' },
  { type: conditionTypes.Verified, bad: 'False', action: 'Verify' },
  { type: conditionTypes.Stalled, bad: 'True', action: 'Reconcile' },
] as const;

function conditionNews(before: StokerStatus | undefined, after: StokerStatus): readonly News[] {
  return warnedAbout.flatMap(({ type, bad, action }) => {
    const now = findCondition(after.conditions ?? [], type);
    const then = findCondition(before?.conditions ?? [], type);
    if (now?.status !== bad || (then?.status === bad && then.reason === now.reason)) return [];
    if ((type === conditionTypes.Stalled || type === conditionTypes.Verified) && isSaidElsewhere(after, now.reason))
      return [];
    return [{ type: 'Warning', reason: now.reason, action, note: now.message }];
  });
}

/** What stalls a CR is mostly its ref or a gateway, and those have an event of their own. */
function isSaidElsewhere({ conditions = [], discoveredGateways = [] }: StokerStatus, reason: string): boolean {
  return (
    findCondition(conditions, conditionTypes.RefResolved)?.reason === reason ||
    discoveredGateways.some(({ error }) => error?.reason === reason)
  );
}

function gatewayNews(before: StokerStatus | undefined, after: StokerStatus): readonly News[] {
  const { discoveredGateways = [], gatewayCount = 0 } = before ?? {};
  const then = new Map(discoveredGateways.map((gateway) => [gateway.name, gateway]));
  // A long status leaves out those that are synced.
  const mayBeUnlisted = gatewayCount > discoveredGateways.length;
  return (after.discoveredGateways ?? []).flatMap((gateway) => {
    const known = then.get(gateway.name);
    return newsOf(gateway, known, { wasSynced: known === undefined && mayBeUnlisted });
  });
}

function newsOf(
  now: DiscoveredGateway,
  then: DiscoveredGateway | undefined,
  { wasSynced }: { readonly wasSynced: boolean },
): readonly News[] {
  if (now.error && (now.error.reason !== then?.error?.reason || now.podUID !== then.podUID)) {
    const note = `gateway ${now.name}: ${now.error.message}`;
    return [{ type: 'Warning', reason: now.error.reason, action: 'Sync', note }];
  }
  const isAsBefore = wasSynced || (then?.phase === 'Synced' && then.releaseId === now.releaseId);
  if (now.phase !== 'Synced' || isAsBefore) return [];
  const note = `gateway ${now.name} runs ${now.commit?.slice(0, 8) ?? 'its release'}`;
  return [{ type: 'Normal', reason: reasons.Synced, action: 'Sync', note }];
}
