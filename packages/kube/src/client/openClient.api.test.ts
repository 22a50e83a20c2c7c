import { beforeAll, expect, test } from '@jest/globals';
import { configMaps, type Secret, secrets, serviceAccounts } from '../resourceTypes.ts';
import { openNamespace } from '../testing/realServer.ts';
import type { KubeClient } from '../types.ts';

let client: KubeClient;
let namespace: string;

beforeAll(async () => {
  ({ client, namespace } = await openNamespace());
});

test('an object is created, read, changed in each way and deleted', async () => {
  const key = { namespace, name: 'life' };
  const created = await client.create(configMaps, { metadata: key, data: { a: '1' } });
  await expect(client.create(configMaps, { metadata: key })).rejects.toMatchObject({
    status: 409,
    reason: 'AlreadyExists',
  });
  await client.apply(configMaps, { metadata: key, data: { b: '2' } }, { fieldManager: 'tester' });
  await client.mergePatch(configMaps, key, { data: { c: '3', a: null } });
  const read = await client.get(configMaps, key);
  expect(read.data).toEqual({ b: '2', c: '3' });
  await expect(client.replace(configMaps, created)).rejects.toMatchObject({ status: 409, reason: 'Conflict' });
  await client.replace(configMaps, { ...read, data: { d: '4' } });
  const other = { preconditions: { uid: '00000000-0000-0000-0000-000000000000' } };
  await expect(client.delete(configMaps, key, other)).rejects.toMatchObject({ status: 409, reason: 'Conflict' });
  expect(await client.delete(configMaps, key)).toBe(true);
  expect(await client.delete(configMaps, key)).toBe(false);
  expect(await client.find(configMaps, key)).toBeUndefined();
  await expect(client.get(configMaps, key)).rejects.toMatchObject({ status: 404 });
});

test('apply removes what it no longer names, leaves what others own, and can be a dry run', async () => {
  const key = { namespace, name: 'owned' };
  const options = { fieldManager: 'tester' };
  await client.apply(configMaps, { metadata: key, data: { ours: '1', gone: '1' } }, options);
  await client.apply(configMaps, { metadata: key, data: { theirs: '1' } }, { fieldManager: 'other' });
  await client.apply(configMaps, { metadata: key, data: { ours: '2' } }, options);
  await client.apply(configMaps, { metadata: key, data: { dry: '1' } }, { ...options, dryRun: true });
  expect((await client.get(configMaps, key)).data).toEqual({ ours: '2', theirs: '1' });
  const polite = { ...options, force: false };
  const conflict = client.apply(configMaps, { metadata: key, data: { theirs: '2' } }, polite);
  await expect(conflict).rejects.toMatchObject({ status: 409, reason: 'Conflict' });
});

test('a list in pages has everything, once, and selectors count', async () => {
  const names = Array.from({ length: 7 }, (_, number) => `page-${number}`);
  const create = (name: string): Promise<Secret> =>
    client.create(secrets, { metadata: { namespace, name, labels: { paged: 'yes' } } });
  await Promise.all(names.map(create));
  const { items, resourceVersion } = await client.list(secrets, { namespace, labelSelector: 'paged=yes', limit: 3 });
  expect(items.map(({ metadata }) => metadata.name)).toEqual(names);
  expect(items[0]).toMatchObject({ apiVersion: 'v1', kind: 'Secret' });
  expect(resourceVersion).not.toBe('');
  const one = await client.list(secrets, { namespace, fieldSelector: 'metadata.name=page-3' });
  expect(one.items).toHaveLength(1);
});

test('a refusal carries the sentence of the server', async () => {
  const bad = client.create(configMaps, { metadata: { namespace, name: 'NOT VALID' } });
  await expect(bad).rejects.toMatchObject({
    status: 422,
    reason: 'Invalid',
    message: expect.stringContaining('a lowercase RFC 1123 subdomain'),
  });
});

test('raw reaches what no kind describes, and text comes as text', async () => {
  expect(await client.raw('GET', '/version')).toMatchObject({ major: '1' });
  expect(await client.raw('GET', '/readyz')).toBe('ok');
  await client.create(serviceAccounts, { metadata: { namespace, name: 'sa' } });
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/sa/token`;
  const issued = await client.raw('POST', path, { spec: { expirationSeconds: 600 } });
  expect(issued).toMatchObject({ status: { token: expect.any(String) } });
});
