import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { parseStoker, parseSyncProfile, stokers, syncProfiles } from './index.ts';
import { type Answer, askApiServer } from './testing/apiServer.ts';
import { type Fixture, fixtures, holding } from './testing/fixtures.ts';

const namespace = 'crd-types-test';
const crdFolder = join(import.meta.dirname, '../crds');

beforeAll(async () => {
  for (const file of readdirSync(crdFolder)) {
    const crd = parse(readFileSync(join(crdFolder, file), 'utf8'));
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.metadata.name}?fieldManager=test&force=true`;
    const { status, body } = await askApiServer('PATCH', path, crd);
    if (status >= 300) throw new Error(`the definition ${file} is refused: ${body.message}`);
  }
  await askApiServer('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  await Promise.all([stokers, syncProfiles].map(({ plural }) => served(plural)));
}, 60_000);

/** A definition is accepted some time before its resources are served. */
async function served(plural: string): Promise<void> {
  while ((await askApiServer('GET', pathOf(plural))).status !== 200) {
    await new Promise((later) => setTimeout(later, 100));
  }
}

function pathOf(plural: string): string {
  return `/apis/stoker.io/v1alpha1/namespaces/${namespace}/${plural}`;
}

/** As the first `kubectl apply` of a resource does: fields that are not known are an error. */
function create(resource: Fixture['resource']): Promise<Answer> {
  const { plural } = resource.kind === 'Stoker' ? stokers : syncProfiles;
  return askApiServer('POST', `${pathOf(plural)}?fieldValidation=Strict`, resource);
}

describe('the API server refuses with a sentence that tells the fix', () => {
  test.each(fixtures('bad').map((fixture) => [fixture.name, fixture] as const))('%s', async (_name, fixture) => {
    const { status, body } = await create(fixture.resource);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body.message).toMatch(holding(fixture.apiServerSays));
  });
});

describe('the API server takes, and fills in the same defaults as the validators of the standalone agent', () => {
  test.each(fixtures('good').map((fixture) => [fixture.name, fixture] as const))('%s', async (_name, { resource }) => {
    const { status, body } = await create(resource);
    expect(body.message).toBeUndefined();
    expect(status).toBe(201);
    const parsed = resource.kind === 'Stoker' ? parseStoker(resource) : parseSyncProfile(resource);
    expect(body['spec']).toEqual(parsed.spec);
  });

  test('what it stored is accepted by the validators too', async () => {
    const { body } = await askApiServer('GET', `${pathOf(stokers.plural)}/full`);
    expect(parseStoker({ ...body, apiVersion: 'stoker.io/v1alpha1', kind: 'Stoker' }).spec).toEqual(body['spec']);
  });
});

test('the largest profile that the schema admits is not too much for the rules', async () => {
  const path = (index: number) => `${String(index).padStart(4, '0')}${'{{.Vars.site}}/x'.repeat(63)}`;
  const mappings = Array.from({ length: 64 }, (_, index) => ({
    source: path(index),
    destination: path(index),
    type: 'file',
  }));
  const excludePatterns = Array.from({ length: 64 }, (_, index) => `${index}${'x'.repeat(500)}`);
  const vars = Object.fromEntries(Array.from({ length: 64 }, (_, index) => [`v${index}`, 'x'.repeat(1024)]));
  const { status, body } = await create({
    apiVersion: 'stoker.io/v1alpha1',
    kind: 'SyncProfile',
    metadata: { name: 'largest' },
    spec: { mappings, excludePatterns, vars },
  } as Fixture['resource']);
  expect(body.message).toBeUndefined();
  expect(status).toBe(201);
});

test('status is a subresource, with conditions and gateways merged by their names', async () => {
  const condition = (type: string) => ({
    type,
    status: 'True',
    reason: 'Synced',
    message: 'fine',
    lastTransitionTime: '2026-11-23T00:00:00Z',
  });
  const gateway = (name: string) => ({ name, pod: `${name}-0`, profiles: ['site'], phase: 'Synced' });
  const patch = (manager: string, status: object) =>
    askApiServer('PATCH', `${pathOf(stokers.plural)}/minimal/status?fieldManager=${manager}`, {
      apiVersion: 'stoker.io/v1alpha1',
      kind: 'Stoker',
      metadata: { name: 'minimal' },
      status,
    });
  await patch('a', { synced: '1/2', conditions: [condition('Ready')], discoveredGateways: [gateway('area-1')] });
  const { status, body } = await patch('b', {
    conditions: [condition('Drifted')],
    discoveredGateways: [gateway('area-2')],
  });
  expect(status).toBe(200);
  expect(body['status']).toMatchObject({
    synced: '1/2',
    conditions: [{ type: 'Ready' }, { type: 'Drifted' }],
    discoveredGateways: [{ name: 'area-1' }, { name: 'area-2' }],
  });
});

test('kubectl get shows which ref, how many are synced and what is wrong', async () => {
  const { body } = await askApiServer(
    'GET',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/stokers.stoker.io',
  );
  const { names, versions } = body['spec'] as {
    names: object;
    versions: readonly [{ additionalPrinterColumns: readonly { name: string; priority?: number }[] }];
  };
  expect(names).toMatchObject({ shortNames: ['stk'], categories: ['stoker'] });
  const columns = versions[0].additionalPrinterColumns.filter(({ priority }) => priority === undefined);
  expect(columns.map(({ name }) => name)).toEqual(['Ref', 'Commit', 'Synced', 'Ready', 'Reason', 'Age']);
});
