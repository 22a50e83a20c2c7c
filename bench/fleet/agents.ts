import { createHash } from 'node:crypto';
import {
  documentKeys,
  labels,
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

type History = StatusDocument['history'];

const syncMs = 50;
const atOnce = 20;

/**
 * The agents of all gateways: each reads its release from its own document and reports it synced a little later, in the
 * documents that the real one reads and writes. One watch hears for all of them, where each real agent has its own.
 */
export async function startAgents(client: KubeClient, onError: (error: unknown) => void): Promise<Agents> {
  const told: Told[] = [];
  const last = new Map<string, string>();
  const histories = new Map<string, History>();
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
      const report = async (synced: Release) => {
        const history = withSync(histories.get(`${namespace}/${name}`) ?? firstHistory, synced);
        histories.set(`${namespace}/${name}`, history);
        const said = { podUID: document.podUID, podName: gateway, history };
        await write(client, { namespace, name: statusName(cr, gateway) }, said, synced);
      };
      void delay(syncMs).then(() => {
        waiting.push(() => report(release));
        work();
      });
    },
    onError,
  });
  await reflector.synced();
  return { told, stop: () => reflector.stop() };
}

/** As many as an agent keeps, so that every document is as large as it gets. */
const historyLength = 50;
const durationMs = 812;
const firstHistory: History = Array.from({ length: historyLength }, (_, index) => ({
  at: new Date(Date.UTC(2026, 0, 1) - index * 3_600_000).toISOString(),
  commit: createHash('sha1').update(`commit ${index}`).digest('hex'),
  releaseId: createHash('sha256').update(`release ${index}`).digest('hex').slice(0, 20),
  outcome: 'Synced',
  changed: 3,
  durationMs,
}));

function withSync(history: History, { commit, id: releaseId }: Release): History {
  const at = new Date().toISOString();
  const entry = { at, commit, releaseId, outcome: 'Synced', changed: 1, durationMs } as const;
  return [entry, ...history.slice(0, historyLength - 1)];
}

async function write(
  client: KubeClient,
  key: { readonly namespace: string; readonly name: string },
  said: Pick<StatusDocument, 'podUID' | 'podName' | 'history'>,
  { id: releaseId, commit, ref, profileNames }: Release,
): Promise<void> {
  const status: StatusDocument = {
    schema: 1,
    ...said,
    agentVersion: '0.1.0',
    schemaUnderstood: 1,
    phase: 'Synced',
    releaseId,
    commit,
    ref,
    profileNames,
    syncedAt: new Date().toISOString(),
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
