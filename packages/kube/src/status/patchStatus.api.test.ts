import { expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.ts';
import { openNamespace } from '../testing/realServer.ts';
import type { KubeClient, KubeObject, ResourceType } from '../types.ts';
import { patchStatus } from './patchStatus.ts';

interface Gadget extends KubeObject {
  readonly status?: { readonly phase: string };
}

const names = { kind: 'Gadget', plural: 'gadgets' };
const gadgets: ResourceType<Gadget> = { group: 'kube.example.com', version: 'v1', namespaced: true, ...names };
const definitions: ResourceType<KubeObject> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

async function define(client: KubeClient, namespace: string): Promise<void> {
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    subresources: { status: {} },
    schema: { openAPIV3Schema },
  };
  const spec = { group: gadgets.group, names, scope: 'Namespaced', versions: [version] };
  const definition = { metadata: { name: `${gadgets.plural}.${gadgets.group}` }, spec };
  await client.apply(definitions, definition, { fieldManager: 'test' });
  const isServed = () =>
    client.list(gadgets, { namespace }).then(
      () => true,
      () => false,
    );
  await eventually(isServed);
}

test('a status survives the changes of others, and never reaches another object of the same name', async () => {
  const { client, namespace } = await openNamespace();
  await define(client, namespace);
  const key = { namespace, name: 'a' };
  const created = await client.create(gadgets, { metadata: key });
  await client.mergePatch(gadgets, key, { metadata: { labels: { by: 'somebody' } } });
  const { before, after: told } = await patchStatus(client, gadgets, created, { phase: 'Ready' });
  expect(before).toMatchObject({ metadata: { labels: { by: 'somebody' } } });
  expect(told).toMatchObject({ metadata: { labels: { by: 'somebody' } }, status: { phase: 'Ready' } });
  await client.delete(gadgets, key);
  await client.create(gadgets, { metadata: key });
  await expect(patchStatus(client, gadgets, told, { phase: 'Failed' })).rejects.toMatchObject({ reason: 'Conflict' });
  expect(await client.get(gadgets, key)).not.toHaveProperty('status');
}, 30_000);
