import { readdirSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentSecretKeys, type MetadataDocument } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import type { GitCredentials } from '@stoker/gitref';
import type { Redactor } from '@stoker/logging';
import type { Repository } from '../converge/remoteOf.ts';

/** The files of the mounted Secret `stoker-agent-<cr>`; each may be missing. */
export interface MountedCredentials {
  readonly token?: string;
  readonly username?: string;
  readonly privateKey?: string;
  readonly knownHosts?: string;
  readonly caBundle?: string;
  readonly gatewayApiKey?: string;
  readonly gatewayCa?: string;
}

const files = {
  token: { name: agentSecretKeys.token, secret: true },
  username: { name: agentSecretKeys.username, secret: false },
  privateKey: { name: agentSecretKeys.sshPrivateKey, secret: true },
  knownHosts: { name: agentSecretKeys.knownHosts, secret: false },
  caBundle: { name: agentSecretKeys.caBundle, secret: false },
  gatewayApiKey: { name: agentSecretKeys.gatewayApiKey, secret: true },
  gatewayCa: { name: agentSecretKeys.gatewayCaBundle, secret: false },
} as const;

/** Read anew for every sync, since they are rotated underneath. Secrets are protected from logs before anyone sees them. */
export async function readCredentials(directory: string, redactor: Redactor): Promise<MountedCredentials> {
  const found: Partial<Record<keyof MountedCredentials, string>> = {};
  for (const [key, { name, secret }] of Object.entries(files) as [
    keyof MountedCredentials,
    (typeof files)['token'],
  ][]) {
    const text = await readOptional(join(directory, name));
    if (text === undefined) continue;
    if (secret) redactor.protect(text);
    found[key] = text;
  }
  return found;
}

/** Changes whenever the kubelet has put new contents there. */
export function credentialsVersion(directory: string): string {
  try {
    return readlinkSync(join(directory, '..data'));
  } catch {
    return listed(directory);
  }
}

/**
 * The repository with what it takes to read it.
 * @throws StokerError `CredentialsMissing` while the Secret lacks what the auth kind needs
 */
export function repositoryOf(
  repository: MetadataDocument['repository'],
  mounted: MountedCredentials,
  scope: Repository['scope'],
): Repository {
  const { knownHosts, caBundle } = mounted;
  return {
    url: repository.url,
    scope,
    credentials: gitCredentials(repository.authKind, mounted),
    ...(knownHosts === undefined ? {} : { knownHosts }),
    ...(caBundle === undefined ? {} : { caBundle }),
    ...(repository.proxy === undefined ? {} : { proxy: repository.proxy }),
  };
}

function gitCredentials(kind: MetadataDocument['repository']['authKind'], mounted: MountedCredentials): GitCredentials {
  const { token, username, privateKey } = mounted;
  if (kind === 'none') return { kind };
  if (kind === 'token' && token !== undefined) {
    return { kind, token: token.trim(), ...(username === undefined ? {} : { username: username.trim() }) };
  }
  if (kind === 'sshKey' && privateKey !== undefined) return { kind, privateKey };
  throw new StokerError(`the mounted credentials have no ${kind === 'token' ? 'token' : 'ssh-privatekey'}`, {
    reason: 'CredentialsMissing',
    class: 'transient',
    hint: 'the Secret takes up to a minute to arrive in the pod; if it does not, see the conditions of the Stoker resource',
  });
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function listed(directory: string): string {
  try {
    return readdirSync(directory).toSorted().join(' ');
  } catch {
    // The Secret is optional: not there is a version of its own.
    return '';
  }
}
