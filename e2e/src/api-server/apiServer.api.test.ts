import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';

function client() {
  const config = new KubeConfig();
  config.loadFromString(readFileSync(process.env['KUBECONFIG'] ?? '', 'utf8'));
  return { config, core: config.makeApiClient(CoreV1Api) };
}

async function control(action: 'stop' | 'start') {
  const response = await fetch(`${process.env['STOKER_APISERVER_CONTROL']}/${action}`, { method: 'POST' });
  expect(response.status).toBe(204);
}

// Other files of this tier use the same server.
afterEach(() => control('start'));

test('what was written before the API server was killed is there after it starts again at its address', async () => {
  const { core } = client();
  await core.createNamespace({ body: { metadata: { name: 'kept' } } });
  await control('stop');
  await expect(core.listNamespace()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  await control('start');
  const kept = await core.readNamespace({ name: 'kept' });
  expect(kept.metadata?.name).toBe('kept');
}, 60_000);

test('a token asked for a service account has the rights of its roles and no others', async () => {
  const { config, core } = client();
  await core.createNamespacedServiceAccount({ namespace: 'default', body: { metadata: { name: 'agent' } } });
  const request = { spec: { audiences: [], expirationSeconds: 600 } };
  const issued = await core.createNamespacedServiceAccountToken({ name: 'agent', namespace: 'default', body: request });
  const limited = new KubeConfig();
  const cluster = config.getCurrentCluster();
  const token = issued.status?.token;
  if (!cluster || !token) throw new Error('no cluster or no token');
  limited.loadFromClusterAndUser(cluster, { name: 'agent', token });
  await expect(limited.makeApiClient(CoreV1Api).listSecretForAllNamespaces()).rejects.toMatchObject({ code: 403 });
}, 60_000);
