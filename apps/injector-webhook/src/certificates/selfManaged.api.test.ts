import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type KubeClient, loadKubeConfig, namespaces, openClient, pods, secrets } from '@stoker/kube';
import { type AdmissionServer, startAdmissionServer } from '../admission/server.ts';
import {
  ensureSelfManagedPair,
  type SelfManagedOptions,
  trustedCertificates,
  untilTrustedMs,
  webhookConfigurations,
} from './selfManaged.ts';
import { selfManagedKeyPair } from './selfManagedKeyPair.ts';

const dayMs = 24 * 60 * 60 * 1000;
const client: KubeClient = openClient(loadKubeConfig(), { userAgent: 'injector-test' });
let name: string;
let options: SelfManagedOptions;
/** What the replicas take for today. */
let now: number;
let server: AdmissionServer | undefined;

beforeEach(async () => {
  name = `injector-${randomBytes(4).toString('hex')}`;
  now = Date.now();
  await client.create(namespaces, { metadata: { name } });
  options = {
    client,
    namespace: name,
    secretName: name,
    webhookConfigurationName: name,
    dnsNames: ['localhost'],
    now: () => now,
  };
  await client.create(webhookConfigurations, {
    metadata: { name },
    webhooks: [webhook('one'), webhook('two')],
  });
});

afterEach(async () => {
  await client.delete(webhookConfigurations, { namespace: '', name });
  await client.delete(namespaces, { namespace: '', name });
  await server?.close();
  server = undefined;
});

/** Matches nothing but the pods of this test. */
function webhook(kind: string, port = 1) {
  return {
    name: `${kind}.${name}.stoker.io`,
    clientConfig: { url: `https://localhost:${port}/mutate` },
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Fail',
    timeoutSeconds: 5,
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
  };
}

/** The certificates that the API server trusts, of each webhook. */
async function bundles(): Promise<string[]> {
  const { webhooks } = await client.get(webhookConfigurations, { namespace: '', name });
  return webhooks.map(({ clientConfig }) => Buffer.from(clientConfig.caBundle ?? '', 'base64').toString());
}

async function versions(): Promise<(string | undefined)[]> {
  const secret = await client.get(secrets, { namespace: name, name });
  const configuration = await client.get(webhookConfigurations, { namespace: '', name });
  return [secret.metadata.resourceVersion, configuration.metadata.resourceVersion];
}

test('the first replica makes the pair, every webhook trusts it, and the others take it without a write', async () => {
  const first = await ensureSelfManagedPair(options);
  expect((await bundles()).map((bundle) => bundle.includes(first.cert.trim()))).toEqual([true, true]);
  const before = await versions();
  expect(await ensureSelfManagedPair(options)).toEqual(first);
  expect(await versions()).toEqual(before);
});

test('replicas that start together end with one pair', async () => {
  const pairs = await Promise.all([1, 2, 3].map(() => ensureSelfManagedPair(options)));
  expect(new Set(pairs.map(({ cert }) => cert)).size).toBe(1);
  expect((await bundles()).every((bundle) => bundle.includes(pairs[0]?.cert.trim() ?? 'none'))).toBe(true);
});

test('a pair with a third of its life left is renewed, and the old one trusted until the next renewal after its end', async () => {
  const old = await ensureSelfManagedPair(options);
  now += 250 * dayMs;
  const renewed = await ensureSelfManagedPair(options);
  expect(renewed.cert).not.toBe(old.cert);
  const [bundle = ''] = await bundles();
  expect([bundle.includes(old.cert.trim()), bundle.includes(renewed.cert.trim())]).toEqual([true, true]);
  now += 300 * dayMs;
  await ensureSelfManagedPair(options);
  expect((await bundles())[0]).not.toContain(old.cert.trim());
});

test('a Secret that holds no pair is given one', async () => {
  await client.create(secrets, { metadata: { namespace: name, name }, data: { 'tls.crt': '', 'tls.key': 'eA==' } });
  const pair = await ensureSelfManagedPair(options);
  expect(await ensureSelfManagedPair(options)).toEqual(pair);
});

/** How long a replica that starts now waits before it serves. */
async function waitMs(): Promise<number> {
  const before = await trustedCertificates(options);
  return untilTrustedMs(await ensureSelfManagedPair(options), before, { now, settleMs: 10_000 });
}

test('a replica that starts with a pair made just now waits until it is trusted everywhere, unless it is the first of all', async () => {
  expect([await waitMs(), await waitMs()]).toEqual([0, 0]);
  await client.delete(secrets, { namespace: name, name });
  expect(await waitMs()).toBe(10_000);
  const leftMs = await waitMs();
  // A certificate tells its time in seconds.
  expect([leftMs > 8_999, leftMs <= 10_000]).toEqual([true, true]);
  now += 10_000;
  expect(await waitMs()).toBe(0);
});

test('a renewal under load fails no admission', async () => {
  const served: string[] = [];
  const source = await selfManagedKeyPair(
    options,
    (pair) => {
      server?.useKeyPair(pair);
      served.push(pair.cert);
    },
    (error) => served.push(String(error)),
    // The API server hears of a bundle some time after it was written: on a busy machine that takes its time.
    { checkMs: 300, settleMs: 3_000 },
  );
  let admitted = 0;
  server = await startAdmissionServer({
    host: '127.0.0.1',
    port: 0,
    keyPair: source.initial,
    onError: (error) => served.push(String(error)),
    admit: async ({ uid }) => {
      admitted += 1;
      return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid, allowed: true } };
    },
  });
  const configuration = await client.get(webhookConfigurations, { namespace: '', name });
  const [trusted] = configuration.webhooks;
  const { port } = server;
  const clientConfig = { ...trusted?.clientConfig, url: `https://localhost:${port}/mutate` };
  await client.replace(webhookConfigurations, { ...configuration, webhooks: [{ ...webhook('one'), clientConfig }] });

  // A webhook counts for the API server a moment after it was written; until then it asks at the port where nobody is.
  const pod = (title: string) => ({
    metadata: { namespace: name, name: title },
    spec: { containers: [{ name: 'a', image: 'a' }] },
  });
  const isAsked = () => admitted > 0;
  let refusal: unknown;
  for (let probe = 0; !isAsked() && probe < 2_000; probe += 1) {
    await client.create(pods, pod(`probe-${probe}`)).catch((error: unknown) => {
      refusal = error;
    });
  }
  if (!isAsked()) throw new Error('the API server never asked the webhook', { cause: refusal });

  const failures: unknown[] = [];
  let created = 0;
  const load = async () => {
    while (served.length === 0 || created < 60) {
      await client.create(pods, pod(`p${created++}`)).catch((error: unknown) => failures.push(error));
    }
  };
  const loads = Promise.all([load(), load()]);
  now += 250 * dayMs;
  await loads;
  // The new certificate is the one in use: nothing of the old one is left in the server.
  source.stop();
  const { cert } = await ensureSelfManagedPair(options);
  expect({ served, failures }).toEqual({ served: [cert], failures: [] });
  expect(admitted).toBeGreaterThan(created);
}, 30_000);
