import type { Audit } from '@stoker/audit';
import { type EventRecorder, type KubeClient } from '@stoker/kube';
import type { Logger } from '@stoker/logging';
import { admit } from './admission/admit.ts';
import { type KeyPair, startAdmissionServer } from './admission/server.ts';
import { type KeyPairSource, keyPairFromFiles } from './certificates/fromFiles.ts';
import { injectionRecord } from './admission/injectionRecord.ts';
import { expiresAt } from './certificates/keyPair.ts';
import { selfManagedKeyPair } from './certificates/selfManagedKeyPair.ts';
import { cacheFacts } from './facts.ts';
import { startHealthServer } from '@stoker/service';
import { createMetrics } from './metrics.ts';
import type { Options } from './options.ts';
import type { Verdict } from './inject/decide.ts';

export interface Injector {
  readonly port: number;
  readonly healthPort: number;
  /** Serves on, no longer ready, until nobody is left who sends pods here; then ends. */
  stop(untilForgotten: Promise<unknown>): Promise<void>;
}

/** Starts serving once the caches are filled: an injector that knows nothing would refuse every pod. */
export async function startInjector(deps: {
  readonly options: Options;
  readonly client: KubeClient;
  readonly events: EventRecorder;
  readonly audit: Audit;
  readonly logger: Logger;
}): Promise<Injector> {
  const { options, client, logger } = deps;
  const metrics = createMetrics(() => deps.audit.counts);
  const facts = cacheFacts(client, options.watchNamespaces, (error) => logger.warn('watch interrupted', { error }));
  let ready = false;
  const health = await startHealthServer({
    address: options.healthAddress,
    registry: metrics.registry,
    isReady: () => ready,
  });
  await facts.synced();
  const certificates = await openCertificates(deps, (pair) => {
    server.useKeyPair(pair);
    metrics.certificateExpires(expiresAt(pair.cert));
    logger.info('certificate replaced');
  });
  metrics.certificateExpires(expiresAt(certificates.initial.cert));
  const server = await startAdmissionServer({
    ...options.address,
    keyPair: certificates.initial,
    onError: (error) => logger.error('admission failed', { error }),
    admit: async (request) => {
      const started = performance.now();
      let decided: Verdict | undefined;
      const response = await admit(request, {
        facts,
        defaults: options.defaults,
        onUnresolvable: options.onUnresolvable,
        onError: (error) => logger.warn('not read past the cache', { namespace: request.namespace, error }),
        onDecision: ({ verdict, regarding }) => {
          decided = verdict;
          if (verdict.kind !== 'refuse' || request.dryRun) return;
          const { reason, message } = verdict.refusal;
          deps.events.record({ regarding, type: 'Warning', reason, action: 'Inject', note: message });
        },
      });
      if (decided) report(decided, (performance.now() - started) / 1000);
      return response;

      function report(verdict: Verdict, seconds: number): void {
        const reason = verdict.kind === 'refuse' ? verdict.refusal.reason : verdict.reason;
        metrics.admission(verdict.kind, reason, seconds);
        const record = { durationMs: seconds * 1000, onUnresolvable: options.onUnresolvable };
        if (!request.dryRun) deps.audit.record(injectionRecord(request, verdict, record));
        const { name, generateName } = request.pod.metadata as { name: string; generateName?: string };
        logger.info('pod reviewed', {
          namespace: request.namespace,
          pod: name || `${generateName ?? ''}*`,
          reason,
          durationMs: seconds * 1000,
        });
      }
    },
  });
  ready = true;
  logger.info('serving', { address: `${options.address.host ?? ''}:${server.port}` });
  return {
    port: server.port,
    healthPort: health.port,
    async stop(untilForgotten) {
      ready = false;
      server.drain();
      await untilForgotten;
      certificates.stop();
      await server.close();
      await facts.stop();
      await deps.events.stop();
      await health.close();
    },
  };
}

function openCertificates(
  deps: { readonly options: Options; readonly client: KubeClient; readonly logger: Logger },
  onChange: (pair: KeyPair) => void,
): Promise<KeyPairSource> {
  const { options, client, logger } = deps;
  const { tls } = options;
  const onError = (error: unknown) => logger.warn('certificate not renewed; the one in use stays', { error });
  if (tls.kind === 'files') return keyPairFromFiles(tls.directory, onChange, onError);
  const managed = {
    client,
    namespace: options.namespace,
    secretName: tls.name,
    webhookConfigurationName: tls.name,
    dnsNames: ['svc', 'svc.cluster.local'].map((suffix) => `${options.service}.${options.namespace}.${suffix}`),
    now: Date.now,
  };
  return selfManagedKeyPair(managed, onChange, onError);
}
