import { agentSecretKeys, reasons, type Stoker } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';

export interface SecretKeyRef {
  readonly name: string;
  readonly key: string;
}

/** One value that a CR takes out of a Secret of its own namespace, and its key in the agents' Secret. */
export interface CredentialField {
  /** Where the reference stands in the CR: `spec.git.auth.token.secretRef`. */
  readonly field: string;
  readonly ref: SecretKeyRef;
  /** Undefined: agents are not given it. */
  readonly agentKey: string | undefined;
  /** Whether git needs it; the rest is for the gateway's REST API. */
  readonly isForGit: boolean;
}

/** What a GitHub App's tokens are minted with. It stays in the controller. */
export const privateKeyField = 'spec.git.auth.githubApp.privateKeySecretRef';

export type Credentials = ReadonlyMap<string, string>;

/** Every Secret that a CR's git and gateway access name. Never one of another namespace: a reference has no such field. */
export function credentialFields({ spec }: Stoker): readonly CredentialField[] {
  const { git, gateway } = spec;
  const candidates = [
    ['spec.git.auth.token.secretRef', git.auth?.token?.secretRef, agentSecretKeys.token, true],
    ['spec.git.auth.sshKey.secretRef', git.auth?.sshKey?.secretRef, agentSecretKeys.sshPrivateKey, true],
    [
      'spec.git.auth.sshKey.knownHosts.secretRef',
      git.auth?.sshKey?.knownHosts?.secretRef,
      agentSecretKeys.knownHosts,
      true,
    ],
    [privateKeyField, git.auth?.githubApp?.privateKeySecretRef, undefined, true],
    ['spec.git.caBundleSecretRef', git.caBundleSecretRef, agentSecretKeys.caBundle, true],
    ['spec.gateway.apiKeySecretRef', gateway.apiKeySecretRef, agentSecretKeys.gatewayApiKey, false],
    ['spec.gateway.caBundleSecretRef', gateway.caBundleSecretRef, agentSecretKeys.gatewayCaBundle, false],
  ] as const;
  return candidates.flatMap(([field, ref, agentKey, isForGit]) => (ref ? [{ field, ref, agentKey, isForGit }] : []));
}

/**
 * The value that `ref` names, as text.
 *
 * @throws StokerError `SecretNotFound` or `SecretKeyNotFound`; says the field and the keys there are, never a value.
 */
export function pickSecretValue(
  field: string,
  ref: SecretKeyRef,
  data: Readonly<Record<string, string>> | undefined,
): string {
  if (data === undefined) {
    throw new StokerError(`${field} names Secret ${ref.name}, which does not exist in this namespace`, {
      reason: reasons.SecretNotFound,
      class: 'stalled',
      hint: `create it, for example: kubectl create secret generic ${ref.name} --from-literal=${ref.key}=…`,
    });
  }
  // A key such as `constructor` is one that every object seems to have.
  const encoded = Object.hasOwn(data, ref.key) ? data[ref.key] : undefined;
  const value = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  if (value.trim() === '') {
    const keys = Object.keys(data).toSorted().join(', ');
    throw new StokerError(
      `${field} names key ${ref.key} of Secret ${ref.name}, which ${encoded === undefined ? 'it does not have' : 'is empty'}`,
      {
        reason: reasons.SecretKeyNotFound,
        class: 'stalled',
        hint: keys === '' ? 'the Secret holds no keys' : `the Secret holds ${keys}`,
      },
    );
  }
  return value;
}
