import type { Audit } from '@stoker/audit';
import {
  annotations,
  reasons,
  type Stoker,
  type StokerSpec,
  type SyncProfile,
  type SyncProfileStatus,
} from '@stoker/crd-types';
import { describeError, isStokerError } from '@stoker/errors';
import type { Remote, RepositoryUrl, ResolvedRef } from '@stoker/gitref';
import {
  type ConfigMap,
  createController,
  type EventRecorder,
  formatKey,
  type KubeClient,
  keyOf,
  parseKey,
} from '@stoker/kube';
import type { Logger } from '@stoker/logging';
import { createInstallationTokens, type InstallationTokensOptions } from './access/installationTokens.ts';
import { createDecisionLog } from './audit/decisionLog.ts';
import type { Deliveries } from './audit/deliveries.ts';
import { openCaches } from './cluster/caches.ts';
import { isWhole } from './cluster/isWhole.ts';
import { createSecretReader } from './cluster/secretReader.ts';
import { createWriteThrough } from './cluster/writeThrough.ts';
import type { Metrics } from './metrics.ts';
import { profileCombinations } from './profiles/findConflict.ts';
import { reconcileProfile } from './profiles/reconcileProfile.ts';
import { isBehindPush } from './receiver/pushed.ts';
import { createWebhookKeys, type WebhookKeys } from './receiver/webhookKeys.ts';
import { trimTold } from './reconcile/announce.ts';
import { createAnnounced } from './reconcile/announced.ts';
import type { Deps } from './reconcile/deps.ts';
import { cachesRetryMs, reconcile } from './reconcile/reconcile.ts';
import { documentedContenders } from './releases/contenderOf.ts';
import { createInstallationTurns } from './releases/installationTurns.ts';
import { createOverrideRefs, keyOfSubscriber } from './refs/overrideRefs.ts';
import { createRefWatcher } from './refs/refWatcher.ts';
import { createTriggers } from './triggers.ts';

/** The API server may be away for long; once it is back nobody should wait for minutes. */
const maxRetryDelayMs = 30_000;

/** How git is reached. */
interface Git {
  readonly parseUrl: (text: string) => RepositoryUrl;
  readonly mintToken: InstallationTokensOptions['mint'];
  readonly resolveRef: (
    remote: Remote,
    ref: string,
    options: { signal: AbortSignal; timeoutMs: number },
  ) => Promise<ResolvedRef>;
}

export interface StokerController {
  /** Begins to reconcile: once this replica leads. */
  lead(): void;
  /** Caches are filled, also on a replica that waits for the lease. */
  readonly isReady: boolean;
  readonly stokers: { list(): readonly Stoker[]; get(key: { namespace: string; name: string }): Stoker | undefined };
  readonly overridesOf: (key: string) => readonly string[];
  readonly webhookKeys: WebhookKeys;
  /** Asks the git server now; false where another replica leads. */
  resolveNow(key: string, commit: string | undefined): boolean;
  stop(): Promise<void>;
}

/** The controller without its servers and without its lease: caches that are warm from the start, and two queues. */
export function startStokerController(options: {
  readonly client: KubeClient;
  readonly git: Git;
  readonly watchNamespaces: readonly string[];
  readonly allowedRepositories: readonly RegExp[];
  readonly agentImage: string | undefined;
  readonly workers: number;
  /** Over the gateways of all Stokers. */
  readonly limits: NonNullable<StokerSpec['limits']>;
  readonly installationKeys: () => readonly string[];
  readonly events: EventRecorder;
  readonly audit: Audit;
  readonly deliveries: Deliveries;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now?: () => Date;
}): StokerController {
  const { client, logger, metrics, events, git } = options;
  const now = options.now ?? (() => new Date());
  let isLeading = false;
  let isStopped = false;

  const refs = createRefWatcher({
    resolve: git.resolveRef,
    onChange: (subscribers) => {
      for (const key of new Set(subscribers.map(keyOfSubscriber))) stokerWork.queue.add(key, { priority: 10 });
    },
    onResolved: ({ remote, error, durationMs }) => {
      const reason = error === undefined ? reasons.Succeeded : describeError(error).reason;
      metrics.refResolved(remote.url.transport, reason, durationMs / 1000);
    },
    onLookup: metrics.refLookedUp,
  });
  const overrides = createOverrideRefs(refs);
  const resolveNow = (key: string, commit: string | undefined) => {
    refs.poke(key, commit);
    overrides.poke(key);
  };
  const tokens = createInstallationTokens({
    mint: git.mintToken,
    onChange: (keys) => keys.forEach((key) => stokerWork.queue.add(key, { priority: 10 })),
    onMinted: ({ request, error }) => {
      metrics.tokenRequested(error === undefined ? reasons.Succeeded : describeError(error).reason);
      const repository = request.repository.url.canonical;
      if (error === undefined) logger.info('installation token minted', { repository });
      else logger.warn('installation token not minted', { repository, error });
    },
  });
  const refreshWebhookKey = (stoker: Stoker): void => {
    const key = keyOf(stoker);
    const again = () => {
      const current = isStopped ? undefined : caches.stokers.get(key);
      if (current !== undefined && isWhole(current)) refreshWebhookKey(current);
    };
    webhookKeys.refresh(stoker).catch((error: unknown) => {
      logger.warn('key of push events not read', { stoker: formatKey(key), error });
      // What a Secret lacks ends with a change of it. Where the API server did not answer, nobody else would ask again.
      if (!isStokerError(error)) setTimeout(again, maxRetryDelayMs).unref();
    });
  };
  const onError = (key: string, error: unknown, attempt: number) => {
    logger.warn('reconcile failed and will be tried again', { stoker: key, attempt, error });
  };
  const stokerWork = createController({
    name: 'stoker',
    workers: options.workers,
    deadlineMs: 60_000,
    reconcile: (key, signal) => reconcile(key, deps, signal),
    maxRetryDelayMs,
    onError,
  });
  const profileWork = createController({
    name: 'syncprofile',
    workers: 1,
    deadlineMs: 30_000,
    reconcile: async (key) => {
      // Without all pods of the namespace a conflict would seem to be over.
      if (!caches.hasSynced(parseKey(key).namespace)) return { kind: 'requeueAfter', afterMs: cachesRetryMs };
      return reconcileProfile(key, {
        client,
        profiles,
        neighbours: (namespace) => caches.profiles.list(namespace),
        combinations: (namespace) => profileCombinations(caches.agentPods.list(namespace)),
        announced: announcedOfProfiles,
        events,
        now,
      });
    },
    maxRetryDelayMs,
    onError,
  });

  const caches = openCaches({
    client,
    namespaces: options.watchNamespaces,
    on: createTriggers({
      caches: () => caches,
      enqueueStoker: (key, priority) => isLeading && stokerWork.queue.add(key, { priority }),
      enqueueProfile: (key, priority) => isLeading && profileWork.queue.add(key, { priority }),
      poke: resolveNow,
      refreshWebhookKey,
      forgetWebhookKey: (key) => webhookKeys.forget(key),
      observedStoker: (delta) => stokers.observed(delta),
      observedProfile: (delta) => profiles.observed(delta),
      observedDocument: (delta) => documents.observed(delta),
      onError: (error) => logger.warn('watch interrupted', { error }),
    }),
  });
  const stokers = createWriteThrough<Stoker>((key) => caches.stokers.get(key));
  const profiles = createWriteThrough<SyncProfile>((key) => caches.profiles.get(key));
  const documents = createWriteThrough<ConfigMap>((key) => caches.documents.get(key));
  const announcedOfProfiles = createAnnounced<SyncProfileStatus>();
  const secrets = createSecretReader(client, (key) => caches.namespaces.secretVersion(key));
  const webhookKeys = createWebhookKeys(secrets, options.installationKeys);
  const turns = createInstallationTurns({
    limits: options.limits,
    // Where documents are still being listed, those that are missing would leave places free that are not.
    stokers: () => {
      const listed = caches.stokers.list().filter(({ metadata }) => caches.hasSynced(metadata.namespace ?? ''));
      return listed.map((stoker) => formatKey(keyOf(stoker)));
    },
    documented: (key) => {
      const stoker = caches.stokers.get(parseKey(key));
      return stoker === undefined ? [] : documentedContenders(stoker, caches.documents.byIndex('cr', key));
    },
    onTurn: (key) => stokerWork.queue.add(key),
    now,
  });
  const { parseUrl } = git;
  const { allowedRepositories, agentImage } = options;
  const deps: Deps = {
    client,
    caches,
    stokers,
    documents,
    secrets,
    tokens,
    refs,
    overrides,
    turns,
    decisions: createDecisionLog(options.audit, options.deliveries),
    announced: createAnnounced(trimTold),
    parseUrl,
    allowedRepositories,
    agentImage,
    events,
    logger,
    now,
  };

  metrics.showGatewaysOf(() => (isLeading ? caches.stokers.list() : []));

  const watched = options.watchNamespaces.length === 0 ? [''] : options.watchNamespaces;
  return {
    lead: () => {
      if (isLeading) return;
      isLeading = true;
      for (const stoker of caches.stokers.list())
        stokerWork.queue.add(formatKey(keyOf(stoker)), { priority: isBehindPush(stoker, now()) ? 10 : 0 });
      for (const profile of caches.profiles.list()) profileWork.queue.add(formatKey(keyOf(profile)));
      stokerWork.start();
      profileWork.start();
    },
    get isReady() {
      // With rights missing in one namespace the others are still served.
      return watched.some((namespace) => caches.hasSynced(namespace));
    },
    stokers: {
      list: () => caches.stokers.list().filter(isWhole),
      get: (key) => {
        const stoker = caches.stokers.get(key);
        return stoker !== undefined && isWhole(stoker) ? stoker : undefined;
      },
    },
    overridesOf: (key) =>
      caches.agentPods
        .byIndex('cr', key)
        .flatMap(({ metadata }) => metadata.annotations?.[annotations.refOverride] ?? []),
    webhookKeys,
    resolveNow: (key, commit) => {
      if (isLeading) resolveNow(key, commit);
      return isLeading;
    },
    stop: async () => {
      isStopped = true;
      await Promise.all([stokerWork.stop(), profileWork.stop()]);
      // Not before: a reconcile on its way would find nothing known, and say so.
      refs.stop();
      tokens.stop();
      await caches.stop();
    },
  };
}
