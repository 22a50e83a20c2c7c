import { openResolver, parseRepositoryUrl, type UrlScope } from '@stoker/gitref';
import {
  type EventRecorder,
  guardWrites,
  type KubeClient,
  type LeaderElection,
  startLeaderElection,
} from '@stoker/kube';
import type { Logger } from '@stoker/logging';
import { startStokerController } from './controller.ts';
import { startHealthServer } from './health.ts';
import { createMetrics } from './metrics.ts';
import type { Options } from './options.ts';
import { createNotifier } from './receiver/notify.ts';
import { createReceiver } from './receiver/receiver.ts';
import { watchSecretFiles } from './receiver/secretFiles.ts';
import { startReceiverServer } from './receiver/server.ts';

export interface App {
  readonly receiverPort: number;
  readonly healthPort: number;
  stop(): Promise<void>;
}

/** The whole controller: caches and receiver at once, the reconcilers when this replica leads. */
export async function startApp(given: {
  readonly options: Omit<Options, 'kubeconfig' | 'logLevel'>;
  readonly client: KubeClient;
  readonly events: EventRecorder;
  readonly logger: Logger;
  readonly identity: string;
  readonly onLeaseLost: () => void;
  /** Which URLs a CR may name; a test's git server is on loopback. */
  readonly urlScope?: UrlScope;
}): Promise<App> {
  const { options, client, events, logger } = given;
  const now = () => new Date();
  const metrics = createMetrics();
  const installationKeys = watchSecretFiles(options.webhookSecrets, (error) => {
    logger.warn('secret file not read again', { error });
  });
  let isStopping = false;
  let election: LeaderElection | undefined;
  const leadership = {
    get isLeader() {
      return options.leaderElect ? (election?.isLeader ?? false) : true;
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
    git: { parseUrl: (text) => parseRepositoryUrl(text, urlScope), resolveRef: resolver.resolveRef },
    watchNamespaces: options.watchNamespaces,
    allowedRepositories: options.allowedRepositories,
    workers: options.workers,
    installationKeys,
    events,
    logger,
    metrics,
    now,
  });
  const notifier = createNotifier({ client, resolveHere: controller.resolveNow, now });
  const { stokers, webhookKeys: keys } = controller;
  const receiver = createReceiver({ stokers, keys, notifier, metrics, logger, now });
  const health = await startHealthServer({
    address: options.healthAddress,
    registry: metrics.registry,
    isReady: () => controller.isReady,
  });
  const server = await startReceiverServer({ address: options.receiverAddress, receiver, metrics, logger });
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
