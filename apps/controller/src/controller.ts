import type { Stoker, SyncProfile } from '@stoker/crd-types';
import { describeError } from '@stoker/errors';
import type { Remote, RepositoryUrl, ResolvedRef } from '@stoker/gitref';
import {
  type ConfigMap,
  createController,
  type EventRecorder,
  formatKey,
  type KubeClient,
  keyOf,
  startReflector,
} from '@stoker/kube';
import type { Logger } from '@stoker/logging';
import { openCaches } from './cluster/caches.ts';
import { createSecretReader } from './cluster/secretReader.ts';
import { createWriteThrough } from './cluster/writeThrough.ts';
import type { Metrics } from './metrics.ts';
import { reconcileProfile } from './profiles/reconcileProfile.ts';
import { createWebhookKeys, type WebhookKeys } from './receiver/webhookKeys.ts';
import type { Deps } from './reconcile/deps.ts';
import { reconcile } from './reconcile/reconcile.ts';
import { createRefWatcher } from './refs/refWatcher.ts';
import { createTriggers } from './triggers.ts';

/** The API server may be away for long; once it is back nobody should wait for minutes. */
const maxRetryDelayMs = 30_000;

/** How git is reached. */
interface Git {
  readonly parseUrl: (text: string) => RepositoryUrl;
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
  readonly workers: number;
  readonly installationKeys: () => readonly string[];
  readonly events: EventRecorder;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now?: () => Date;
}): StokerController {
  const { client, logger, metrics, events, git } = options;
  const now = options.now ?? (() => new Date());
  let isLeading = false;

  const refs = createRefWatcher({
    resolve: git.resolveRef,
    onChange: (keys) => keys.forEach((key) => stokerWork.queue.add(key, { priority: 10 })),
    onResolved: ({ error, durationMs }) => {
      metrics.refResolved(error === undefined ? 'Succeeded' : describeError(error).reason, durationMs / 1000);
    },
  });
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
    reconcile: (key) => reconcileProfile(key, { client, profiles, events, now }),
    maxRetryDelayMs,
    onError,
  });

  const caches = openCaches({
    client,
    start: startReflector,
    namespaces: options.watchNamespaces,
    on: createTriggers({
      caches: () => caches,
      enqueueStoker: (key) => isLeading && stokerWork.queue.add(key),
      enqueueProfile: (key) => isLeading && profileWork.queue.add(key),
      poke: (key, commit) => refs.poke(key, commit),
      refreshWebhookKey: (stoker) => {
        webhookKeys.refresh(stoker).catch((error: unknown) => {
          logger.warn('key of push events not read', { stoker: formatKey(keyOf(stoker)), error });
        });
      },
      forgetWebhookKey: (key) => webhookKeys.forget(key),
      observedStoker: (stoker) => stokers.observed(stoker),
      observedProfile: (profile) => profiles.observed(profile),
      observedDocument: (document) => documents.observed(document),
      onError: (error) => logger.warn('watch interrupted', { error }),
    }),
  });
  const stokers = createWriteThrough<Stoker>((key) => caches.stokers.get(key));
  const profiles = createWriteThrough<SyncProfile>((key) => caches.profiles.get(key));
  const documents = createWriteThrough<ConfigMap>((key) => caches.documents.get(key));
  const secrets = createSecretReader(client, (key) => caches.namespaces.secretVersion(key));
  const webhookKeys = createWebhookKeys(secrets, options.installationKeys);
  const { parseUrl } = git;
  const { allowedRepositories } = options;
  const deps: Deps = {
    client,
    caches,
    stokers,
    documents,
    secrets,
    refs,
    parseUrl,
    allowedRepositories,
    events,
    logger,
    now,
  };

  const watched = options.watchNamespaces.length === 0 ? [''] : options.watchNamespaces;
  return {
    lead: () => {
      if (isLeading) return;
      isLeading = true;
      for (const stoker of caches.stokers.list()) stokerWork.queue.add(formatKey(keyOf(stoker)));
      for (const profile of caches.profiles.list()) profileWork.queue.add(formatKey(keyOf(profile)));
      stokerWork.start();
      profileWork.start();
    },
    get isReady() {
      // With rights missing in one namespace the others are still served.
      return watched.some((namespace) => caches.hasSynced(namespace));
    },
    stokers: { list: () => caches.stokers.list(), get: (key) => caches.stokers.get(key) },
    webhookKeys,
    resolveNow: (key, commit) => {
      if (isLeading) refs.poke(key, commit);
      return isLeading;
    },
    stop: async () => {
      refs.stop();
      await Promise.all([stokerWork.stop(), profileWork.stop()]);
      await caches.stop();
    },
  };
}
