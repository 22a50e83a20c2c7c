import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releaseId, type MetadataDocument, type ResolvedProfile } from '@stoker/crd-types';
import { createRepository, startGitServer, type GitServer, type TestRepository } from '@stoker/gitref/testing';
import { loadKubeConfig, namespaces, openClient, type KubeClient } from '@stoker/kube';
import { eventually } from '../../testing/folder.ts';
import { podUID, release } from './fixtures.ts';
import { createPod, type PodOnApiServer } from './podOnApiServer.ts';

export const token = 'glpat-never-in-a-log';

/** A pod with its agent's documents, a git server that wants a token, and the repository it serves. */
export interface Plant {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly kubeconfig: string;
  readonly crName: string;
  readonly pod: PodOnApiServer;
  readonly repository: TestRepository;
  readonly server: GitServer;
  /** What the controller writes for a commit. */
  metadata(commit: string, over?: Partial<ResolvedProfile>): MetadataDocument;
  /** Waits until the agent says that the folder equals the commit. */
  synced(commit: string): Promise<void>;
  close(): Promise<void>;
}

const gatewayName = 'north';

/** Everything of it is new, on the API server that `KUBECONFIG` names. */
export async function createPlant(gateway: MetadataDocument['gateway'] = { port: 1, tls: false }): Promise<Plant> {
  const kubeconfig = process.env['KUBECONFIG'] ?? '';
  const client = openClient(loadKubeConfig({ kubeconfig }), { userAgent: 'test' });
  const crName = `plant-${Math.random().toString(36).slice(2, 8)}`;
  const namespace = `agent-${crName}`;
  await client.create(namespaces, { metadata: { name: namespace } });
  const root = mkdtempSync(join(tmpdir(), 'stoker-git-'));
  const repository = await createRepository(root, 'plant');
  const server = await startGitServer(root, { credentials: { token } });
  const pod = createPod({ client, namespace, crName, gatewayName, podUID });
  writeFileSync(join(pod.volumes, 'credentials/token'), token);
  return {
    client,
    namespace,
    kubeconfig,
    crName,
    pod,
    repository,
    server,
    metadata(commit, over = {}) {
      const { profile, ...rest } = release({ commit, profile: over });
      return {
        schema: 1,
        crName,
        gatewayName,
        podUID,
        repository: { url: server.url('plant.git'), authKind: 'token' },
        gateway,
        release: { ...rest, profile, id: releaseId(commit, profile) },
      };
    },
    synced: (commit) => eventually(`the status says ${commit}`, async () => (await pod.status())?.commit === commit),
    async close() {
      await pod.close();
      await server.close();
      await client.delete(namespaces, { namespace: '', name: namespace });
      rmSync(root, { recursive: true, force: true });
    },
  };
}
