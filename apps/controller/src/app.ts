import { type Audit, openAudit } from '@stoker/audit';
import { mintInstallationToken, openResolver, parseRepositoryUrl, type UrlScope } from '@stoker/gitref';
import {
  type EventRecorder,
  guardWrites,
  type KubeClient,
  type LeaderElection,
  startLeaderElection,
} from '@stoker/kube';
import type { Logger } from '@stoker/logging';
import { createDeliveries } from './audit/deliveries.ts';
import { createDeliveryRecords } from './audit/deliveryRecords.ts';
import { startStokerController } from './controller.ts';
import { startHealthServer } from '@stoker/service';
import { createMetrics } from './metrics.ts';
import type { Options } from './options.ts';
import { createNotifier } from './receiver/notify.ts';
import { createReceiver } from './receiver/receiver.ts';
import { watchSecretFiles } from './receiver/secretFiles.ts';
import { startReceiverServer } from './receiver/server.ts';

export interface App {
  readonly receiverPort: number;
  readonly healthPort: number;
  /** Says that it is no longer ready, and goes on: whoever sends push events shall look for another replica. */
  drain(): void;
  stop(): Promise<void>;
}

/** The whole controller: caches and receiver at once, the reconcilers when this replica leads. */
export async function startApp(given: {
  readonly options: Omit<Options, 'kubeconfig' | 'logLevel' | 'audit'>;
  readonly client: KubeClient;
  readonly events: EventRecorder;
  /** On standard output alone when undefined. */
  readonly audit?: Audit | undefined;
  readonly logger: Logger;
  readonly identity: string;
  readonly onLeaseLost: () => void;
  /** Which URLs a CR may name; a test's git server is on loopback. */
  readonly urlScope?: UrlScope;
}): Promise<App> {
  const { options, client, events, logger, audit = openAudit({ app: 'controller', log: given.logger }) } = given;
  const now = () => new Date();
  const metrics = createMetrics(() => audit.counts);
  const deliveries = createDeliveries();
  const installationKeys = watchSecretFiles(options.webhookSecrets, (error) => {
    logger.warn('secret file not read again', { error });
  });
  let isDraining = false;
  let isStopping = false;
  let election: LeaderElection | undefined;
  const leadership = {
    get isLeader() {
      return options.leaderElect ? (election?.isLeader ?? false) : true;
    },
    /** Ends when leadership does: writes on their way are broken off then. */
    get term() {
      return election?.term;
    },
  };
  const { files, directory } = options.webhookSecrets;
  if (files.length + (directory === undefined ? 0 : 1) > 0 && installationKeys().length === 0) {
    logger.warn('no secret for push events: POST /webhook is refused', { reason: 'SecretMissing' });
  }
  const resolver = openResolver();
  // In the cluster: no files, no loopback, no link-local address, whatever a CR says.
  const urlScope = given.urlScope ?? 'cluster';
  const controller = startStokerController({
    client: guardWrites(client, leadership),
    git: {
      parseUrl: (text) => parseRepositoryUrl(text, urlScope),
      mintToken: mintInstallationToken,
      resolveRef: resolver.resolveRef,
    },
    watchNamespaces: options.watchNamespaces,
    allowedRepositories: options.allowedRepositories,
    agentImage: options.agentImage,
    workers: options.workers,
    limits: options.limits,
    installationKeys,
    events,
    audit,
    deliveries,
    logger,
    metrics,
    now,
  });
  const notifier = createNotifier({ client, resolveHere: controller.resolveNow, now });
  const { stokers, overridesOf, webhookKeys: keys } = controller;
  const receiver = createReceiver({
    stokers,
    overridesOf,
    keys,
    notifier,
    events,
    audit: createDeliveryRecords(audit, deliveries),
    metrics,
    logger,
    now,
  });
  const health = await startHealthServer({
    address: options.healthAddress,
    registry: metrics.registry,
    isReady: () => controller.isReady && !isDraining,
  });
  const server = await startReceiverServer({ address: options.receiverAddress, receiver, logger });
  election = options.leaderElect
    ? startLeaderElection({
        client,
        namespace: options.namespace,
        name: 'stoker-controller',
        identity: given.identity,
        onStarted: () => {
          logger.info('this replica leads');
          controller.lead();
        },
        onStopped: () => {
          // A lease that is given back is not lost.
          if (!isStopping) given.onLeaseLost();
        },
        onError: (error) => logger.warn('lease not renewed', { error }),
      })
    : undefined;
  if (election === undefined) controller.lead();
  logger.info('started', { address: `receiver :${server.port}, health :${health.port}` });
  return {
    receiverPort: server.port,
    healthPort: health.port,
    drain: () => {
      isDraining = true;
      server.drain();
    },
    stop: async () => {
      isStopping = true;
      await server.close();
      await controller.stop();
      await resolver.close();
      // Last, so that no other replica writes while this one still may.
      await election?.stop();
      await events.stop();
      await health.close();
    },
  };
}
