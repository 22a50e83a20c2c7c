// The injector's certificate is renewed while pods are admitted: by itself, and by cert-manager's real controllers.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { buildCertManager, type CertManager, startCertManager } from '../src/cert-manager/startCertManager.ts';
import { releaseNamespace } from '../src/cluster/install.ts';
import { kubectl } from '../src/cluster/kubectl.ts';
import { startAdmissionLoad } from '../src/plant/admissionLoad.ts';
import { requireSoundConditions } from '../src/plant/endState.ts';
import { eventually } from '../src/plant/eventually.ts';
import { gatewayManifests } from '../src/plant/gateways.ts';
import { installStoker, stokerName } from '../src/plant/installPlant.ts';
import { applyObjects, createNamespace, listObjects } from '../src/plant/resources.ts';
import { servedCertificates } from '../src/plant/servedCertificates.ts';
import { plantGateways } from '../src/site-repository/plantGateways.ts';
import { plantSecrets, stokerResource, syncProfileResources } from '../src/site-repository/plantResources.ts';

jest.setTimeout(400_000);

const namespace = 'e2e-certificates';
const certificate = 'stoker-injector';
const replicas = 'app.kubernetes.io/component=injector';
let removeNamespace: () => Promise<void>;
let certManager: CertManager | undefined;

beforeAll(async () => {
  await buildCertManager();
}, 1_200_000);

beforeAll(async () => {
  removeNamespace = await createNamespace(namespace);
  const repository = 'https://git.example.com/plant.git';
  await applyObjects([
    ...plantSecrets(namespace, 'token'),
    ...syncProfileResources(namespace),
    stokerResource({ name: stokerName, namespace, repository, ref: 'main' }),
  ]);
});

afterAll(async () => {
  await removeNamespace();
  await installStoker();
  await certManager?.close();
});

/** A pod as the StatefulSet of a gateway makes it. */
function gatewayPod(): object {
  const [gateway] = plantGateways;
  if (!gateway) throw new Error('the plant has no gateway');
  const [statefulSet] = gatewayManifests(gateway, namespace) as { spec: { template: { metadata: object } } }[];
  const template = statefulSet?.spec.template;
  return { apiVersion: 'v1', kind: 'Pod', ...template, metadata: { ...template?.metadata, name: `${gateway.name}-0` } };
}

interface Replica {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
}

/** One that is not ending already. */
async function deleteReplica(): Promise<void> {
  const pods = await listObjects<Replica>(releaseNamespace, 'pods', replicas);
  const one = pods.find(({ metadata }) => metadata.deletionTimestamp === undefined);
  await kubectl(['-n', releaseNamespace, 'delete', 'pod', one?.metadata.name ?? '']);
}

/** Renews while pods are admitted, until every replica serves with another certificate, and answers what became of the pods. */
async function renewUnderLoad(renew: () => Promise<unknown>) {
  // A replica that was just replaced runs a moment before it serves.
  const before = await eventually('every replica serves with one certificate', async () => {
    const now = await servedCertificates();
    expect(now.size).toBe(1);
    return now;
  });
  const load = startAdmissionLoad(gatewayPod(), namespace, 10);
  try {
    await renew();
    await eventually(
      'every replica serves with the next certificate',
      async () => {
        const now = await servedCertificates();
        if (now.size !== 1 || [...now].some((fingerprint) => before.has(fingerprint)))
          throw new Error([...now].join(' '));
      },
      200_000,
    );
  } finally {
    await load.end();
  }
  return load.end();
}

test('no admission fails while the replicas are replaced', async () => {
  const load = startAdmissionLoad(gatewayPod(), namespace, 10);
  try {
    const injector = ['-n', releaseNamespace, 'deployment/stoker-injector'];
    await kubectl(['rollout', 'restart', ...injector]);
    await kubectl(['rollout', 'status', ...injector, '--timeout=120s']);
    await deleteReplica();
  } finally {
    await load.end();
  }
  const { injected, failures } = await load.end();
  expect(failures).toEqual([]);
  expect(injected).toBeGreaterThan(100);
});

test('a certificate of its own: no admission fails while it is replaced, and a replica in the middle of it', async () => {
  const { injected, failures } = await renewUnderLoad(async () => {
    await kubectl(['-n', releaseNamespace, 'delete', 'secret', certificate]);
    await deleteReplica();
  });
  expect(failures).toEqual([]);
  expect(injected).toBeGreaterThan(100);
});

test('a certificate of cert-manager: no admission fails while it is replaced', async () => {
  certManager = await startCertManager();
  await installStoker(['--set', 'injector.tls.source=certManager']);
  await kubectl(['-n', releaseNamespace, 'wait', 'certificate', certificate, '--for=condition=Ready', '--timeout=60s']);
  await eventually('the API server trusts it', async () => {
    const load = startAdmissionLoad(gatewayPod(), namespace, 10);
    // One answer would be one replica's.
    await delay(3_000);
    expect((await load.end()).failures).toEqual([]);
  });
  const status = { conditions: [{ type: 'Issuing', status: 'True', reason: 'ManuallyTriggered', message: 'renew' }] };
  const renew = ['patch', 'certificate', certificate, '--subresource=status', '--type=merge'];
  const { injected, failures } = await renewUnderLoad(() =>
    kubectl(['-n', releaseNamespace, ...renew, '-p', JSON.stringify({ status })]),
  );
  expect(failures).toEqual([]);
  expect(injected).toBeGreaterThan(100);
});

test('conditions stay sound meanwhile', async () => {
  await expect(requireSoundConditions(namespace)).resolves.toBeUndefined();
});
