import { stokers, type StokerStatus } from '@stoker/crd-types';
import {
  configMaps,
  type KubeClient,
  type KubeObject,
  loadKubeConfig,
  namespaces,
  openClient,
  pods,
  roleBindings,
  roles,
  serviceAccounts,
} from '@stoker/kube';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { customResourceDefinitions } from '../check/kinds.ts';

const crdFolder = new URL('../../../../packages/crd-types/crds/', import.meta.url);

/** The API server that jest has started, with the CRDs in it, and a namespace of its own. */
export async function openNamespace() {
  const client = openClient(loadKubeConfig());
  for (const plural of ['stokers', 'syncprofiles']) {
    const definition = parse(readFileSync(new URL(`${plural}.stoker.io.yaml`, crdFolder), 'utf8')) as KubeObject;
    await client.apply(customResourceDefinitions, definition, { fieldManager: 'test' });
  }
  const namespace = `kubectl-${randomBytes(4).toString('hex')}`;
  await client.create(namespaces, { metadata: { name: namespace } });
  await untilServed(client, namespace);
  return { client, namespace };
}

async function untilServed(client: KubeClient, namespace: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    try {
      await client.list(stokers, { namespace });
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(50);
    }
  }
}

/** A Stoker with the status that a controller would have given it; here is none. */
export async function createStoker(client: KubeClient, namespace: string, name: string, status: StokerStatus) {
  const git = { repo: 'https://git.example.com/plant.git', ref: 'main' };
  const stoker = { apiVersion: 'stoker.io/v1alpha1', kind: 'Stoker', metadata: { namespace, name }, spec: { git } };
  await client.apply(stokers, stoker as never, { fieldManager: 'test' });
  await client.mergePatch(stokers, { namespace, name }, { status }, { subresource: 'status' });
}

/** A pod that nothing runs, and its UID. */
export async function createPod(client: KubeClient, namespace: string, name: string): Promise<string> {
  const spec = { containers: [{ name: 'ignition', image: 'ignition' }] };
  const { metadata } = await client.create(pods, { metadata: { namespace, name }, spec });
  return metadata.uid ?? '';
}

export async function createDocument(
  client: KubeClient,
  namespace: string,
  name: string,
  data: Record<string, string>,
) {
  await client.create(configMaps, { metadata: { namespace, name }, data });
}

/** What somebody may do with one kind of resource. */
export interface Rule {
  readonly apiGroups: readonly [string];
  readonly resources: readonly [string];
  readonly verbs: readonly [string];
}

/** A kubeconfig, in `folder`, of a service account that may do `rules` in the namespace, and no more. */
export async function kubeconfigOf(
  client: KubeClient,
  { namespace, name, rules, folder }: { namespace: string; name: string; rules: readonly Rule[]; folder: string },
): Promise<string> {
  await client.create(serviceAccounts, { metadata: { namespace, name } });
  await client.create(roles, { metadata: { namespace, name }, rules });
  await client.create(roleBindings, {
    metadata: { namespace, name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const issued = (await client.raw('POST', path, { spec: { expirationSeconds: 600 } })) as {
    status: { token: string };
  };
  const given = JSON.parse(readFileSync(process.env['KUBECONFIG'] ?? '', 'utf8')) as {
    readonly users: readonly object[];
  };
  const users = [{ name: 'admin', user: { token: issued.status.token } }];
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify({ ...given, users }), { mode: 0o600 });
  for (const rule of rules) await untilAllowed(client, { namespace, name }, rule);
  return file;
}

/** A Role counts for the API server a moment after it was bound. */
async function untilAllowed(
  client: KubeClient,
  { namespace, name }: { namespace: string; name: string },
  { apiGroups: [group], resources: [resource], verbs: [verb] }: Rule,
): Promise<void> {
  const spec = {
    user: `system:serviceaccount:${namespace}:${name}`,
    resourceAttributes: { namespace, group, resource, verb },
  };
  const question = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
  const deadline = performance.now() + 30_000;
  for (;;) {
    const answer = await client.raw('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', question);
    if ((answer as { status?: { allowed?: boolean } }).status?.allowed === true) return;
    if (performance.now() > deadline) throw new Error(`${spec.user} may not ${verb} ${resource}`);
    await delay(20);
  }
}
