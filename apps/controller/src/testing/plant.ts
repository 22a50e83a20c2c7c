import { openAudit } from '@stoker/audit';
import {
  type AuditRecord,
  changesName,
  documentKeys,
  type MetadataDocument,
  metadataName,
  parseAuditRecord,
  parseMetadataDocument,
  type StatusDocument,
  statusName,
  type Stoker,
  stokers,
  type StokerSpec,
} from '@stoker/crd-types';
import type { UrlScope } from '@stoker/gitref';
import { createRepository, type GitServer, startGitServer, type TestRepository } from '@stoker/gitref/testing';
import { configMaps, type EventRecorder, type KubeClient, pods } from '@stoker/kube';
import { createLogger } from '@stoker/logging';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type App, startApp } from '../app.ts';
import { eventually, makeNamespace, openTestCluster } from './cluster.ts';
import { lintNamespace, watchTransitions } from './lintNamespace.ts';

const webhookSecret = 'it is a secret';

/** One test's world: a namespace, a git server with a repository, and the controller that looks after them. */
export interface Plant {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly git: GitServer;
  readonly repository: TestRepository;
  readonly repo: string;
  /** Another repository on the same server. */
  makeRepository(name: string): Promise<{ readonly repository: TestRepository; readonly repo: string }>;
  /** What its own controller shows at `/metrics`. */
  metrics(): Promise<string>;
  /** What the controller has logged, as text. */
  log(): string;
  /** What all replicas have recorded. */
  records(): readonly AuditRecord[];
  /** `object type reason: note` of every event it recorded. */
  readonly events: readonly string[];
  /** Ends when the controller is ready: before that its receiver knows no CR. */
  start(): Promise<void>;
  /** Another controller over the same namespace; whoever starts it stops it. */
  startReplica(
    identity: string,
    options?: {
      readonly leaderElect?: boolean;
      readonly as?: KubeClient;
      readonly watch?: readonly string[];
      /** The git server of a test is on loopback, where no CR of a cluster may point: `standalone` unless told otherwise. */
      readonly urlScope?: UrlScope;
      readonly allowedRepositories?: readonly RegExp[];
      readonly agentImage?: string;
      readonly limits?: NonNullable<StokerSpec['limits']>;
    },
  ): Promise<App>;
  stop(): Promise<void>;
  close(): Promise<void>;
  metadata(cr: string, gateway: string): Promise<MetadataDocument>;
  stoker(cr: string): Promise<Stoker>;
  condition(
    cr: string,
    type: string,
  ): Promise<{ readonly status: string; readonly reason: string; readonly message: string } | undefined>;
  /** Reports as the gateway's agent would that it runs its release. */
  reportSynced(cr: string, gateway: string, changes?: Partial<StatusDocument>): Promise<void>;
  /** POSTs a signed GitHub push event. */
  push(
    path: string,
    payload: object,
    options?: { readonly secret?: string; readonly event?: string; readonly port?: number },
  ): Promise<Response>;
}

export async function openPlant(): Promise<Plant> {
  const client = await openTestCluster();
  const namespace = await makeNamespace(client);
  const folder = await mkdtemp(join(tmpdir(), 'stoker-controller-'));
  const secretFile = join(folder, 'webhook-secret');
  await writeFile(secretFile, `${webhookSecret}\n`);
  const repository = await createRepository(folder, 'plant');
  const git = await startGitServer(folder);
  let app: App | undefined;
  let logged = '';
  const recorded: string[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => (logged += chunk.toString()));
  const logger = createLogger({ app: 'controller', level: 'debug', stream });
  let audited = '';
  const auditStream = new PassThrough();
  auditStream.on('data', (chunk: Buffer) => (audited += chunk.toString()));
  const audit = openAudit({ app: 'controller', log: logger, stream: auditStream });

  const events: EventRecorder = {
    record: ({ regarding, type, reason, note }) =>
      recorded.push(`${regarding.metadata.name} ${type} ${reason}: ${note}`),
    stop: async () => undefined,
  };
  const startReplica: Plant['startReplica'] = (
    identity,
    {
      leaderElect = true,
      as = client,
      watch = [namespace],
      urlScope = 'standalone',
      allowedRepositories = [],
      agentImage,
      limits = {},
    } = {},
  ) =>
    startApp({
      client: as,
      events,
      audit,
      logger,
      identity,
      onLeaseLost: () => recorded.push(`${identity} has lost the lease`),
      urlScope,
      options: {
        watchNamespaces: watch,
        allowedRepositories,
        agentImage,
        workers: 2,
        limits,
        receiverAddress: { host: '127.0.0.1', port: 0 },
        healthAddress: { host: '127.0.0.1', port: 0 },
        webhookSecrets: { files: [secretFile], directory: undefined },
        leaderElect,
        namespace,
      },
    });
  const ask = (path: string) => fetch(`http://127.0.0.1:${app?.healthPort}${path}`);
  const start = async () => {
    app = await startReplica('alone', { leaderElect: false });
    await eventually('the controller is ready', async () => {
      const { status } = await ask('/readyz');
      if (status !== 200) throw new Error(`/readyz answers ${status}`);
    });
  };
  const stop = async () => {
    await app?.stop();
    app = undefined;
  };
  const transitions = watchTransitions(client, namespace);
  const end = async () => {
    await stop();
    const wrong = await transitions.stop();
    await git.close();
    await rm(folder, { recursive: true, force: true });
    return wrong;
  };
  try {
    await start();
  } catch (error) {
    await end();
    throw error;
  }

  const metadata = async (cr: string, gateway: string) => {
    const configMap = await client.get(configMaps, { namespace, name: metadataName(cr, gateway) });
    return parseMetadataDocument(configMap.data?.[documentKeys.metadata] ?? '');
  };
  const stoker = (cr: string) => client.get(stokers, { namespace, name: cr });

  return {
    client,
    namespace,
    git,
    repository,
    repo: git.url('plant.git'),
    makeRepository: async (name) => ({
      repository: await createRepository(folder, name),
      repo: git.url(`${name}.git`),
    }),
    metrics: async () => (await ask('/metrics')).text(),
    log: () => logged,
    records: () => audited.split('\n').slice(0, -1).map(parseAuditRecord),
    events: recorded,
    start,
    stop,
    startReplica,
    metadata,
    stoker,
    close: async () => {
      // A status follows its documents a moment later.
      const faults = await eventually('conditions follow the conventions', async () => {
        const found = await lintNamespace(client, namespace);
        if (found.length > 0) throw new Error(found.join('; '));
      }).catch((error: unknown) => error);
      const wrong = await end();
      if (faults !== undefined) throw faults;
      if (wrong.length > 0) throw new Error(wrong.join('; '));
    },
    condition: async (cr, type) => (await stoker(cr)).status?.conditions?.find((condition) => condition.type === type),
    reportSynced: async (cr, gateway, changes = {}) => {
      const told = await eventually('the gateway has a release', async () => {
        const document = await metadata(cr, gateway);
        await client.get(configMaps, { namespace, name: changesName(cr, gateway) });
        if (document.release === undefined) throw new Error('no release');
        return { ...document, release: document.release };
      });
      const pod = (await client.list(pods, { namespace })).items.find(({ metadata: { uid } }) => uid === told.podUID);
      const status: StatusDocument = {
        schema: 1,
        podUID: told.podUID,
        podName: pod?.metadata.name ?? gateway,
        agentVersion: '0.1.0',
        schemaUnderstood: 1,
        phase: 'Synced',
        releaseId: told.release.id,
        commit: told.release.commit,
        ref: told.release.ref,
        profileNames: told.release.profileNames,
        syncedAt: new Date().toISOString(),
        history: [],
        ...changes,
      };
      const patch = { data: { [documentKeys.status]: JSON.stringify(status) } };
      await client.mergePatch(configMaps, { namespace, name: statusName(cr, gateway) }, patch);
    },
    push: (path, payload, { secret = webhookSecret, event = 'push', port = app?.receiverPort } = {}) => {
      const body = JSON.stringify(payload);
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      return fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-github-event': event,
          'x-github-delivery': `delivery-${body.length}`,
          'x-hub-signature-256': `sha256=${signature}`,
        },
        body,
      });
    },
  };
}
