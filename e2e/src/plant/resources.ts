import { stokers, syncProfiles } from '@stoker/crd-types';
import { configMaps, events, type KubeObject, leases, pods, serviceAccounts } from '@stoker/kube';
import { kubectl } from '../cluster/kubectl.ts';
import { ownClient } from '../cluster/ownClient.ts';
import { beginDeletion, makeNamespace } from '../cluster/ownership.ts';
import { eventually } from './eventually.ts';

/** `kubectl apply` of objects. */
export async function applyObjects(objects: readonly object[]): Promise<void> {
  await kubectl(['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) });
}

/** What tests look at, by the names that kubectl has for them. */
const types = {
  stokers,
  syncprofiles: syncProfiles,
  pods,
  configmaps: configMaps,
  serviceaccounts: serviceAccounts,
  leases,
  'events.events.k8s.io': events,
} as const;

/** Throws when it is not there. */
export async function getObject<T>(namespace: string, type: keyof typeof types, name: string): Promise<T> {
  return (await ownClient().get<KubeObject>(types[type], { namespace, name })) as T;
}

/** All of a type, or those that a label selector takes. */
export async function listObjects<T>(
  namespace: string,
  type: keyof typeof types,
  labelSelector?: string,
): Promise<readonly T[]> {
  const { items } = await ownClient().list<KubeObject>(types[type], { namespace, labelSelector });
  return items as readonly T[];
}

/** Of several types, as `kubectl get` names them, each with its kind. */
export async function listKinds<T>(namespace: string, kinds: readonly string[]): Promise<readonly T[]> {
  const printed = await kubectl(['-n', namespace, 'get', kinds.join(','), '-o', 'json']);
  return (JSON.parse(printed) as { items: T[] }).items;
}

/**
 * Creates a namespace that meets the restricted pod security standard's label, and answers how to remove it. Its service account
 * is there then, without which the API server refuses pods.
 */
export async function createNamespace(name: string): Promise<() => Promise<void>> {
  await makeNamespace(name, { 'pod-security.kubernetes.io/enforce': 'restricted' });
  await eventually(`${name} takes pods`, () => getObject(name, 'serviceaccounts', 'default'));
  return () => beginDeletion(name);
}
