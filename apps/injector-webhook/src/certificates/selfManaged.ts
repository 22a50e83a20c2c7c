import {
  ApiError,
  isAlreadyExists,
  isConflict,
  type KubeClient,
  type KubeObject,
  type ResourceType,
  secrets,
} from '@stoker/kube';
import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import type { KeyPair } from '../admission/server.ts';
import { checkKeyPair, expiresAt } from './keyPair.ts';

const dayMs = 24 * 60 * 60 * 1000;
const validityMs = 365 * dayMs;
/** For API servers whose clocks are behind. */
const backdatedMs = dayMs;
/** A new certificate is made when a third of the old one's life is left, as cert-manager does. */
const renewBeforeMs = validityMs / 3;
const pemBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
/** The keys of a Secret of type `kubernetes.io/tls`. */
const keys = { cert: 'tls.crt', key: 'tls.key' } as const;

interface TlsSecret extends KubeObject {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

interface WebhookConfiguration extends KubeObject {
  readonly webhooks: readonly {
    readonly name: string;
    readonly clientConfig: { readonly caBundle?: string; readonly url?: string };
  }[];
}

export const webhookConfigurations: ResourceType<WebhookConfiguration> = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  namespaced: false,
};

export interface SelfManagedOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly secretName: string;
  readonly webhookConfigurationName: string;
  /** Names under which the API server reaches the injector. */
  readonly dnsNames: readonly string[];
  readonly now: () => number;
}

/**
 * The pair all replicas serve with, kept in one Secret; whoever finds it missing or old makes the next. The API server
 * is told to trust the new certificate *before* any replica serves it, and the old one until it expires, so that no
 * admission fails in between. Safe to call from every replica, at start and every so often.
 */
export async function ensureSelfManagedPair(options: SelfManagedOptions): Promise<KeyPair> {
  const secret = await options.client.find<TlsSecret>(secrets, {
    namespace: options.namespace,
    name: options.secretName,
  });
  const current = secret ? readPair(secret) : undefined;
  if (secret && current && expiresAt(current.cert) - options.now() > renewBeforeMs) {
    await trust(options, current.cert);
    return current;
  }
  const next = await makePair(options);
  await trust(options, next.cert);
  try {
    await store(options, secret, next);
    return next;
  } catch (error) {
    // Another replica was faster: its pair counts, and a second look makes sure it is trusted.
    if (isAlreadyExists(error) || isConflict(error)) return ensureSelfManagedPair(options);
    throw error;
  }
}

/** The certificates that the API server is told to trust, of all webhooks that it has, as PEM. */
export async function trustedCertificates({
  client,
  webhookConfigurationName,
}: Pick<SelfManagedOptions, 'client' | 'webhookConfigurationName'>): Promise<readonly string[]> {
  const configuration = await client.get(webhookConfigurations, { namespace: '', name: webhookConfigurationName });
  const bundles = configuration.webhooks.map(({ clientConfig }) => decode(clientConfig.caBundle).match(pemBlock) ?? []);
  return bundles.flat();
}

/**
 * How long a replica that starts waits before it serves with the pair, in ms: until each API server has seen that it may be
 * trusted, `settleMs` after it was made, or after this replica had to add it. Not at all where nothing else was ever trusted,
 * as when Stoker is installed.
 *
 * @param before what was trusted before the pair was asked for
 */
export function untilTrustedMs(
  { cert }: KeyPair,
  before: readonly string[],
  { now, settleMs }: { readonly now: number; readonly settleMs: number },
): number {
  const own = cert.trim();
  if (!before.some((block) => block !== own && isValidAt(block, now))) return 0;
  if (!before.includes(own)) return settleMs;
  const madeAt = new X509Certificate(cert).validFromDate.getTime() + backdatedMs;
  return Math.max(0, Math.min(settleMs, madeAt + settleMs - now));
}

async function makePair(options: SelfManagedOptions): Promise<KeyPair> {
  const notBeforeDate = new Date(options.now() - backdatedMs);
  const pair = await generate([{ name: 'commonName', value: options.dnsNames[0] ?? options.secretName }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate,
    notAfterDate: new Date(options.now() + validityMs),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: options.dnsNames.map((value) => ({ type: 2, value })) },
    ],
  });
  return { cert: pair.cert, key: pair.private };
}

async function store(options: SelfManagedOptions, existing: TlsSecret | undefined, next: KeyPair): Promise<void> {
  const data = { [keys.cert]: encode(next.cert), [keys.key]: encode(next.key) };
  if (existing) {
    // The resourceVersion makes this fail when another replica has written in the meantime.
    await options.client.replace<TlsSecret>(secrets, { ...existing, data });
    return;
  }
  const metadata = { namespace: options.namespace, name: options.secretName };
  await options.client.create<TlsSecret>(secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    type: 'kubernetes.io/tls',
    data,
  });
}

/**
 * Adds the certificate to every webhook's `caBundle`; writes nothing when it is there. Certificates that another replica
 * added a moment ago stay until they expire: that replica may be about to serve with one.
 */
async function trust(options: SelfManagedOptions, certificate: string): Promise<void> {
  const key = { namespace: '', name: options.webhookConfigurationName };
  for (;;) {
    const configuration = await options.client.get(webhookConfigurations, key);
    const bundles = configuration.webhooks.map((webhook) => decode(webhook.clientConfig.caBundle));
    if (bundles.every((bundle) => bundle.includes(certificate.trim()))) return;
    const webhooks = configuration.webhooks.map((webhook, index) => {
      const caBundle = encode(addToBundle(bundles[index] ?? '', certificate, options.now()));
      return { ...webhook, clientConfig: { ...webhook.clientConfig, caBundle } };
    });
    try {
      await options.client.replace(webhookConfigurations, { ...configuration, webhooks });
      return;
    } catch (error) {
      if (!(error instanceof ApiError && isConflict(error))) throw error;
    }
  }
}

/** The new certificate first, then those of the bundle that are still valid. */
export function addToBundle(bundle: string, certificate: string, now: number): string {
  const others = (bundle.match(pemBlock) ?? []).filter(
    (block) => block !== certificate.trim() && isValidAt(block, now),
  );
  return [certificate.trim(), ...others].join('\n');
}

function isValidAt(block: string, now: number): boolean {
  try {
    return expiresAt(block) > now;
  } catch {
    // Not a certificate: it never helped anybody to trust us.
    return false;
  }
}

function readPair(secret: TlsSecret): KeyPair | undefined {
  return checkKeyPair(decode(secret.data?.[keys.cert]), decode(secret.data?.[keys.key]));
}

function decode(value: string | undefined): string {
  return Buffer.from(value ?? '', 'base64').toString('utf8');
}

function encode(value: string): string {
  return Buffer.from(value).toString('base64');
}
