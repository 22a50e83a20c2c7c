import { annotations, labels, type Stoker, stokers, type SyncProfile, syncProfiles } from '@stoker/crd-types';
import {
  type KubeClient,
  type KubeObject,
  loadKubeConfig,
  namespaces,
  openClient,
  pods,
  type ResourceType,
} from '@stoker/kube';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import type { Pod } from '../gateways/podFacts.ts';

const customResourceDefinitions: ResourceType<KubeObject> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};
const crdFolder = new URL('../../../../packages/crd-types/crds/', import.meta.url);
const fieldManager = 'test';

/** The API server of this test run, with the CRDs in it. */
export async function openTestCluster(): Promise<KubeClient> {
  const client = openClient(accessOfTest());
  await installCrds(client);
  return client;
}

/** Answers once they are served. */
export async function installCrds(client: KubeClient): Promise<void> {
  for (const plural of ['stokers', 'syncprofiles']) {
    const definition = parse(readFileSync(new URL(`${plural}.stoker.io.yaml`, crdFolder), 'utf8')) as KubeObject;
    await client.apply(customResourceDefinitions, definition, { fieldManager });
  }
  await eventually('the CRDs are served', async () => {
    await client.list(stokers, { namespace: 'default' });
    await client.list(syncProfiles, { namespace: 'default' });
  });
}

let made = 0;

/** A namespace of its own for one test. */
export async function makeNamespace(client: KubeClient): Promise<string> {
  const name = `t${process.pid}-${Date.now().toString(36)}-${made++}`;
  await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return name;
}

export function applyStoker(client: KubeClient, namespace: string, name: string, spec: object): Promise<Stoker> {
  const stoker = { apiVersion: 'stoker.io/v1alpha1', kind: 'Stoker', metadata: { name, namespace }, spec };
  return client.apply(stokers, stoker as Stoker, { fieldManager });
}

export function applyProfile(client: KubeClient, namespace: string, name: string, spec: object): Promise<SyncProfile> {
  const profile = { apiVersion: 'stoker.io/v1alpha1', kind: 'SyncProfile', metadata: { name, namespace }, spec };
  return client.apply(syncProfiles, profile as SyncProfile, { fieldManager });
}

/** A pod as the injector leaves it. Nothing runs it: here are no nodes. */
export function createGatewayPod(
  client: KubeClient,
  namespace: string,
  options: {
    readonly name: string;
    readonly cr: string;
    readonly notes?: Readonly<Record<string, string>>;
    readonly sidecar?: boolean;
    readonly serviceAccountName?: string;
    /** That its data folder lies on; default: a volume of the pod alone. */
    readonly claim?: string;
    /** Where it runs; default: nowhere yet. */
    readonly nodeName?: string;
  },
): Promise<Pod> {
  const { name, cr, notes = {}, sidecar = true, serviceAccountName = 'default', claim, nodeName } = options;
  const containers = [{ name: 'ignition', image: 'ignition' }];
  const data = claim === undefined ? { emptyDir: {} } : { persistentVolumeClaim: { claimName: claim } };
  const agent = {
    name: 'stoker-agent',
    image: 'stoker-agent',
    restartPolicy: 'Always',
    env: [{ name: 'STOKER_CONTAINER_DATA_DIR', value: '/data' }],
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
  };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      annotations: { [annotations.inject]: 'true', ...notes },
      ...(sidecar ? { labels: { [labels.cr]: cr } } : {}),
    },
    spec: {
      serviceAccountName,
      ...(nodeName === undefined ? {} : { nodeName }),
      containers,
      volumes: [{ name: 'data', ...data }],
      ...(sidecar ? { initContainers: [agent] } : {}),
    },
  };
  return client.create(pods, pod);
}

/** The API server as a service account sees it. */
export async function clientOf(admin: KubeClient, namespace: string, serviceAccount: string): Promise<KubeClient> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`;
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } };
  const issued = (await admin.raw('POST', path, request)) as { readonly status: { readonly token: string } };
  const access = accessOfTest();
  return openClient({
    ...access,
    connect: async () => {
      const connection = await access.connect();
      const authorization = `Bearer ${issued.status.token}`;
      return { ...connection, headers: { ...connection.headers, authorization } };
    },
  });
}

function accessOfTest() {
  const kubeconfig = process.env['KUBECONFIG'];
  return loadKubeConfig(kubeconfig === undefined ? {} : { kubeconfig });
}

/** Asks until `check` no longer throws, and fails with its last word. */
export async function eventually<T>(what: string, check: () => Promise<T> | T, timeoutMs = 30_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw new Error(`never true: ${what}`, { cause: error });
      await delay(50);
    }
  }
}
