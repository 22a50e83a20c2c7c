import { afterEach, expect, test } from '@jest/globals';
import { loadKubeConfig } from '../access/loadKubeConfig.ts';
import { ApiError } from '../client/apiError.ts';
import { openClient } from '../client/openClient.ts';
import { type ConfigMap, configMaps, roleBindings, roles, serviceAccounts } from '../resourceTypes.ts';
import { eventually } from '../testing/eventually.ts';
import { openNamespace } from '../testing/realServer.ts';
import type { KubeClient, NamespacedReflector } from '../types.ts';
import { startNamespacedReflector } from './startNamespacedReflector.ts';

let reflector: NamespacedReflector<ConfigMap> | undefined;
afterEach(() => reflector?.stop());

/** A client that may do nothing yet. */
async function clientWithoutRights(client: KubeClient, namespace: string): Promise<KubeClient> {
  await client.create(serviceAccounts, { metadata: { namespace, name: 'reader' } });
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/reader/token`;
  const issued = (await client.raw('POST', path, { spec: {} })) as { status: { token: string } };
  const access = loadKubeConfig();
  const headers = { authorization: `Bearer ${issued.status.token}` };
  return openClient({ ...access, connect: async () => ({ ...(await access.connect()), headers }) });
}

/** Lets it read ConfigMaps. */
async function allow(client: KubeClient, home: string, namespace: string): Promise<void> {
  const metadata = { namespace, name: 'reader' };
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }];
  await client.create(roles, { metadata, rules });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' };
  const subjects = [{ kind: 'ServiceAccount', name: 'reader', namespace: home }];
  await client.create(roleBindings, { metadata, roleRef, subjects });
}

async function createIn(client: KubeClient, namespace: string, name: string) {
  await client.create(configMaps, { metadata: { namespace, name } });
}

test('namespaces come and go, and what goes is forgotten without being told as deleted', async () => {
  const [{ client, namespace: one }, { namespace: two }] = [await openNamespace(), await openNamespace()];
  const deltas: string[] = [];
  const watched = startNamespacedReflector<ConfigMap>({
    client,
    type: configMaps,
    indexes: { name: ({ metadata }) => [metadata.name] },
    onDelta: ({ before, after }) => deltas.push(`${before?.metadata.name ?? ''}>${after?.metadata.name ?? ''}`),
  });
  reflector = watched;
  await createIn(client, one, 'a');
  await createIn(client, two, 'a');
  watched.keep(new Set([one]));
  await eventually(() => watched.hasSynced(one));
  expect(watched.store.size).toBe(1);
  expect([watched.hasSynced(two), watched.store.get({ namespace: two, name: 'a' })]).toEqual([false, undefined]);
  watched.keep(new Set([one, two]));
  await eventually(() => watched.hasSynced(two));
  expect(watched.store.byIndex('name', 'a')).toHaveLength(2);
  watched.keep(new Set([two]));
  expect(watched.store.list()).toEqual(watched.store.list(two));
  expect(watched.store.list(one)).toEqual([]);
  await createIn(client, one, 'b');
  await createIn(client, two, 'c');
  await eventually(() => watched.store.size === 2);
  expect(deltas).toEqual(['>a', '>a', '>c']);
}, 30_000);

test('a namespace without rights does not blind the others, and is there as soon as it has them', async () => {
  const [{ client, namespace: open }, { namespace: closed }] = [await openNamespace(), await openNamespace()];
  const errors: unknown[] = [];
  const restricted = await clientWithoutRights(client, open);
  await allow(client, open, open);
  const watched = startNamespacedReflector<ConfigMap>({
    client: restricted,
    type: configMaps,
    onError: (error) => errors.push(error),
  });
  reflector = watched;
  await createIn(client, open, 'seen');
  await createIn(client, closed, 'hidden');
  watched.keep(new Set([open, closed]));
  await eventually(() => watched.hasSynced(open) && errors.length > 1);
  expect(watched.store.list().map(({ metadata }) => metadata.name)).toEqual(['seen']);
  expect(watched.hasSynced(closed)).toBe(false);
  expect(errors.every((error) => error instanceof ApiError && error.status === 403)).toBe(true);
  await allow(client, open, closed);
  await eventually(() => watched.hasSynced(closed));
  expect(watched.store.list(closed).map(({ metadata: { name } }) => name)).toEqual(['hidden']);
}, 30_000);

test('one of all namespaces takes over from single ones without a gap, and gives back', async () => {
  const [{ client, namespace: one }, { namespace: two }] = [await openNamespace(), await openNamespace()];
  const synced: (string | undefined)[] = [];
  const watched = startNamespacedReflector<ConfigMap>({
    client,
    type: configMaps,
    labelSelector: 'test=take-over',
    indexes: { name: ({ metadata }) => [metadata.name] },
    onSynced: (namespace) => synced.push(namespace),
  });
  reflector = watched;
  for (const namespace of [one, two])
    await client.create(configMaps, { metadata: { namespace, name: 'a', labels: { test: 'take-over' } } });
  watched.keep(new Set([one]));
  await eventually(() => watched.hasSynced(one));
  watched.keep('all');
  expect([watched.hasSynced(one), watched.store.size]).toEqual([true, 1]);
  await eventually(() => {
    expect(watched.store.list(one)).toHaveLength(1);
    return watched.hasSynced(two);
  });
  expect(synced).toEqual([one, undefined]);
  const inBoth = new Set([one, two]);
  expect(new Set(watched.store.list().map(({ metadata }) => metadata.namespace))).toEqual(inBoth);
  expect(watched.store.size).toBe(2);
  expect(watched.store.byIndex('name', 'a')).toHaveLength(2);
  await client.delete(configMaps, { namespace: one, name: 'a' });
  await eventually(() => watched.store.get({ namespace: one, name: 'a' }) === undefined);
  watched.keep(new Set([two]));
  expect(watched.hasSynced(one)).toBe(false);
  await eventually(() => watched.hasSynced(two));
  expect(watched.store.list()).toHaveLength(1);
  expect(synced).toEqual([one, undefined, two]);
}, 30_000);
