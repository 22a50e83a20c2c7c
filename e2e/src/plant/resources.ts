import { kubectl } from '../cluster/kubectl.ts';
import { beginDeletion, makeNamespace } from '../cluster/ownership.ts';
import { eventually } from './eventually.ts';

/** `kubectl apply` of objects. */
export async function applyObjects(objects: readonly object[]): Promise<void> {
  await kubectl(['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) });
}

/** `kubectl get … -o json`. Throws when it is not there. */
export async function getObject<T>(namespace: string, kind: string, name: string): Promise<T> {
  return JSON.parse(await kubectl(['-n', namespace, 'get', kind, name, '-o', 'json'])) as T;
}

/** `kubectl get … -l … -o json`. */
export async function listObjects<T>(namespace: string, kind: string, selector = ''): Promise<readonly T[]> {
  const labels = selector === '' ? [] : ['-l', selector];
  return (JSON.parse(await kubectl(['-n', namespace, 'get', kind, ...labels, '-o', 'json'])) as { items: T[] }).items;
}

/**
 * Creates a namespace that meets the restricted pod security standard's label, and answers how to remove it. Its service account
 * is there then, without which the API server refuses pods.
 */
export async function createNamespace(name: string): Promise<() => Promise<void>> {
  await makeNamespace(name, { 'pod-security.kubernetes.io/enforce': 'restricted' });
  await eventually(`${name} takes pods`, () => getObject(name, 'serviceaccount', 'default'));
  return () => beginDeletion(name);
}
