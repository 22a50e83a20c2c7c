// Pods as workloads make them, sent through a real API server: it asks the injector, applies the patch and validates the result.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type KubeClient, loadKubeConfig, namespaces, openClient, type ResourceType } from '@stoker/kube';
import { generate } from 'selfsigned';
import { admit } from '../admission/admit.ts';
import { type AdmissionServer, startAdmissionServer } from '../admission/server.ts';
import { webhookConfigurations } from '../certificates/selfManaged.ts';
import { defaults, namespaceWith } from '../testing/pods.ts';
import type { Pod } from './pod.ts';

const client: KubeClient = openClient(loadKubeConfig(), { userAgent: 'injector-test' });
const namespace = `unusual-${randomBytes(4).toString('hex')}`;
/** Pods with what the injector looks at. */
const pods: ResourceType<Pod> = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };
const verdicts: string[] = [];
let server: AdmissionServer;

beforeAll(async () => {
  const pair = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const facts = namespaceWith(['plant'], ['site']);
  server = await startAdmissionServer({
    host: '127.0.0.1',
    port: 0,
    keyPair: { cert: pair.cert, key: pair.private },
    onError: (error) => verdicts.push(String(error)),
    admit: (request) =>
      admit(request, {
        facts: { cached: () => facts, live: () => Promise.resolve(facts) },
        defaults,
        onUnresolvable: 'deny',
        onError: (error) => verdicts.push(String(error)),
        onDecision: ({ verdict }) => verdicts.push(verdict.kind),
      }),
  });
  await client.create(namespaces, { metadata: { name: namespace } });
  const webhooks = ['first', 'again'].map((name) => ({
    name: `${name}.${namespace}.stoker.io`,
    clientConfig: {
      url: `https://localhost:${server.port}/mutate`,
      caBundle: Buffer.from(pair.cert).toString('base64'),
    },
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Fail',
    timeoutSeconds: 10,
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
  }));
  await client.create(webhookConfigurations, { metadata: { name: namespace }, webhooks });
});

afterAll(async () => {
  await client.delete(webhookConfigurations, { namespace: '', name: namespace });
  await client.delete(namespaces, { namespace: '', name: namespace });
  await server.close();
});

/** As little as a gateway's pod can have. */
function bare(name: object, spec: object): Pod {
  const volumeMounts = [{ name: 'data', mountPath: '/usr/local/bin/ignition/data' }];
  return {
    metadata: { name: '', namespace, annotations: { 'stoker.io/inject': 'true' }, ...name },
    spec: {
      // What the plugin of that name puts in before any webhook is asked; this API server runs without it.
      serviceAccountName: 'default',
      containers: [{ name: 'gateway', image: 'ignition:8.3', volumeMounts }],
      volumes: [{ name: 'data', emptyDir: {} }],
      ...spec,
    },
  };
}

/** A webhook counts for the API server a moment after it was created. */
async function untilAsked(): Promise<void> {
  for (let attempt = 0; verdicts.length === 0; attempt += 1)
    await client.create(pods, bare({ name: `probe-${attempt}` }, {}));
}

test.each([
  ['whose name is only known later', { generateName: 'gw-7d9f5c-' }, {}],
  ['without a mounted token', { name: 'no-token' }, { automountServiceAccountToken: false }],
  ['on the network of its node', { name: 'host-network' }, { hostNetwork: true }],
  ['that is not started again', { name: 'never' }, { restartPolicy: 'Never' }],
  ['with a shared process namespace', { name: 'shared' }, { shareProcessNamespace: true }],
  [
    'with all of it, and a group for its volumes',
    { generateName: 'all-' },
    { automountServiceAccountToken: false, shareProcessNamespace: true, securityContext: { fsGroup: 4711 } },
  ],
])('a pod %s is created with one sidecar, its token and its label, and all else as it was', async (_, name, spec) => {
  await untilAsked();
  const before = verdicts.length;
  const asked = bare(name, spec);
  const { metadata, spec: created } = await client.create(pods, asked);
  expect(verdicts.slice(before)).toEqual(['inject', 'skip']);
  expect(metadata.name).toMatch(/^(gw-7d9f5c-|all-)?[a-z\d-]{5,}$/);
  expect(metadata).toMatchObject({
    labels: { 'stoker.io/cr': 'plant' },
    annotations: { 'stoker.io/injected': 'true' },
  });
  expect(created).toMatchObject(spec);
  expect(created.containers).toMatchObject(asked.spec.containers);
  expect(created.initContainers?.map((container) => container.name)).toEqual(['stoker-agent']);
  expect(created.initContainers?.[0]).toMatchObject({
    restartPolicy: 'Always',
    env: expect.arrayContaining([expect.objectContaining({ name: 'POD_NAME' })]),
    volumeMounts: expect.arrayContaining([
      { name: 'data', mountPath: '/usr/local/bin/ignition/data' },
      { name: 'stoker-token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
    ]),
  });
  expect(created.volumes?.map((volume) => volume.name)).toEqual([
    'data',
    'stoker-token',
    'stoker-credentials',
    'stoker-pod',
    'stoker-cache',
    'stoker-run',
  ]);
});
