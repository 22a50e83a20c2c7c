import { expect, test } from '@jest/globals';
import { agentSecretName, changesName, metadataName, statusName } from '@stoker/crd-types';
import { configMaps, type KubeClient, pods, secrets, serviceAccounts } from '@stoker/kube';
import { clientOf, createGatewayPod, eventually } from '../testing/cluster.ts';
import { expectCondition, expectRelease, releaseFirst } from '../testing/firstRelease.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();
const token = (value: string) => ({ token: Buffer.from(value).toString('base64') });

test('a rotated token reaches the agents, and one that is withdrawn is said and takes nothing away', async () => {
  const plant = thePlant();
  const { client, namespace, repo } = plant;
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'git', namespace },
    data: token('first secret'),
  };
  await client.create(secrets, secret);
  const auth = { token: { secretRef: { name: 'git', key: 'token' } } };
  await releaseFirst(plant, { git: { repo, ref: 'main', auth } });
  await client.mergePatch(secrets, { namespace, name: 'git' }, { data: token('second secret') });
  const agentSecret = { namespace, name: agentSecretName('plant') };
  await eventually('the agents have the second token', async () => {
    expect((await client.get(secrets, agentSecret)).data).toEqual(token('second secret'));
  });
  await client.delete(secrets, { namespace, name: 'git' });
  const message = expect.stringContaining('spec.git.auth.token.secretRef');
  await expectCondition(plant, 'Ready', { status: 'False', reason: 'SecretNotFound', message });
  expect((await client.get(secrets, agentSecret)).data).toEqual(token('second secret'));
  const said = plant.log() + plant.events.join('') + JSON.stringify(await plant.stoker('plant'));
  expect(said).not.toMatch(/(first|second) secret|Zmlyc3Qg|c2Vjb25kI/);
});

test('an agent reads what its gateway is told, reports, and can do nothing else', async () => {
  const plant = thePlant();
  const { client, namespace } = plant;
  for (const name of ['site', 'area']) {
    await client.create(serviceAccounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  }
  const commit = await releaseFirst(plant);
  for (const name of ['site', 'area']) {
    await createGatewayPod(client, namespace, { name: `${name}-gateway`, cr: 'plant', serviceAccountName: name });
    await expectRelease(plant, `${name}-gateway`, commit);
  }
  const agent = await clientOf(client, namespace, 'site');
  const document = (name: string) => ({ namespace, name });
  const patch = { data: { 'status.json': '{}' } };

  const own = document(metadataName('plant', 'site-gateway'));
  // The API server heeds a Role a moment after it has taken it.
  const found = await eventually('its rights are there', () => agent.get(configMaps, own));
  expect(found.metadata.name).toBe(own.name);
  const watched = await agent.list(configMaps, { namespace, fieldSelector: `metadata.name=${own.name}` });
  expect(watched.items).toHaveLength(1);
  await agent.mergePatch(configMaps, document(statusName('plant', 'site-gateway')), patch);
  await agent.mergePatch(configMaps, document(changesName('plant', 'site-gateway')), patch);

  const forbidden: Record<string, (other: KubeClient) => Promise<unknown>> = {
    "read another's metadata": (other) => other.get(configMaps, document(metadataName('plant', 'area-gateway'))),
    "write another's report": (other) =>
      other.mergePatch(configMaps, document(statusName('plant', 'area-gateway')), patch),
    'write its own metadata': (other) => other.mergePatch(configMaps, own, patch),
    'delete its own metadata': (other) => other.delete(configMaps, own),
    'list the documents': (other) => other.list(configMaps, { namespace }),
    'read the credentials by the API': (other) => other.get(secrets, document(agentSecretName('plant'))),
    'list secrets': (other) => other.list(secrets, { namespace }),
    'list pods': (other) => other.list(pods, { namespace }),
  };
  for (const [what, attempt] of Object.entries(forbidden)) {
    const refusal = await attempt(agent).then(
      () => 'allowed',
      (error: unknown) => (error as { reason?: string }).reason,
    );
    expect([what, refusal]).toEqual([what, 'Forbidden']);
  }
});
