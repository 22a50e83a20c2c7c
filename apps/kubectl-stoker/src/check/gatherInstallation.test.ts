import { expect, test } from '@jest/globals';
import { ApiError, type KubeClient } from '@stoker/kube';
import { gatherInstallation } from './gatherInstallation.ts';

test('a user who may look at nothing, and not even ask what is allowed, is told so', async () => {
  const refuse = () => Promise.reject(new ApiError('you may not', { status: 403, reason: 'Forbidden' }));
  const raw = (method: string) => (method === 'GET' ? Promise.resolve({ gitVersion: 'v1.34.1' }) : refuse());
  const client = { raw, list: refuse } as Pick<KubeClient, 'raw' | 'list'> as KubeClient;
  const unknown = { known: false, why: 'you may not' };
  const { rights, ...found } = await gatherInstallation(client, 'water');
  expect(found).toEqual({
    namespace: 'water',
    version: 'v1.34.1',
    definitions: unknown,
    deployments: unknown,
    leases: unknown,
    webhooks: unknown,
  });
  expect(rights.map(({ allowed }) => allowed)).toEqual(rights.map(() => undefined));
});
