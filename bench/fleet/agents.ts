import {
  documentKeys,
  labels,
  type MetadataDocument,
  parseMetadataDocument,
  type Release,
  type StatusDocument,
  statusName,
} from '@stoker/crd-types';
import { type ConfigMap, configMaps, isNotFound, type KubeClient, startReflector } from '@stoker/kube';
import { setTimeout as delay } from 'node:timers/promises';

/** When a gateway was told a commit, on the clock of `performance.now`. */
export interface Told {
  readonly cr: string;
  readonly gateway: string;
  readonly commit: string;
  readonly at: number;
}

export interface Agents {
  readonly told: readonly Told[];
  stop(): Promise<void>;
}

const syncMs = 50;
const atOnce = 20;

/**
 * The agents of all gateways: each reads its release from its own document and reports it synced a little later, in the
 * documents that the real one reads and writes. One watch hears for all of them, where each real agent has its own.
 */
export async function startAgents(client: KubeClient, onError: (error: unknown) => void): Promise<Agents> {
  const told: Told[] = [];
  const last = new Map<string, string>();
  const waiting: (() => Promise<void>)[] = [];
  let working = 0;
  const work = () => {
    while (working < atOnce && waiting.length > 0) {
      working += 1;
      waiting
        .shift()?.()
        .catch(onError)
        .finally(() => {
          working -= 1;
          work();
        });
    }
  };
  const reflector = startReflector<ConfigMap>({
    client,
    type: configMaps,
    labelSelector: `${labels.document}=metadata`,
    onDelta: ({ after }) => {
      const text = after?.data?.[documentKeys.metadata];
      if (after === undefined || text === undefined) return;
      const document = parseMetadataDocument(text);
      const { release } = document;
      const { namespace = '', name } = after.metadata;
      if (release === undefined || last.get(`${namespace}/${name}`) === release.id) return;
      last.set(`${namespace}/${name}`, release.id);
      const cr = after.metadata.labels?.[labels.cr] ?? '';
      const gateway = after.metadata.labels?.[labels.gateway] ?? '';
      told.push({ cr: `${namespace}/${cr}`, gateway, commit: release.commit, at: performance.now() });
      void delay(syncMs).then(() => {
        waiting.push(() => report(client, { namespace, name: statusName(cr, gateway) }, gateway, document, release));
        work();
      });
    },
    onError,
  });
  await reflector.synced();
  return { told, stop: () => reflector.stop() };
}

async function report(
  client: KubeClient,
  key: { readonly namespace: string; readonly name: string },
  gateway: string,
  { podUID }: MetadataDocument,
  release: Release,
): Promise<void> {
  const at = new Date().toISOString();
  const { id: releaseId, commit, ref, profileNames } = release;
  const status: StatusDocument = {
    schema: 1,
    podUID,
    podName: gateway,
    agentVersion: '0.1.0',
    schemaUnderstood: 1,
    phase: 'Synced',
    releaseId,
    commit,
    ref,
    profileNames,
    syncedAt: at,
    history: [],
  };
  const patch = { data: { [documentKeys.status]: JSON.stringify(status) } };
  for (;;) {
    try {
      await client.mergePatch(configMaps, key, patch);
      return;
    } catch (error) {
      // The controller writes the release first, and a moment later the document to report in.
      if (!isNotFound(error)) throw error;
      await delay(100);
    }
  }
}
