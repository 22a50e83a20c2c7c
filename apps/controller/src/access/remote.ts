import { agentSecretKeys, reasons, type Stoker } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import type { GitCredentials, Remote, RepositoryUrl } from '@stoker/gitref';
import type { Credentials } from './credentials.ts';

/** What GitHub calls whoever comes with an installation token. */
export const installationUsername = 'x-access-token';

/** What gitref needs to speak to a CR's repository. */
export function remoteOf(stoker: Stoker, url: RepositoryUrl, credentials: Credentials): Remote {
  return {
    url,
    credentials: gitCredentials(stoker, credentials),
    knownHosts: credentials.get(agentSecretKeys.knownHosts),
    caBundle: credentials.get(agentSecretKeys.caBundle),
    proxy: stoker.spec.git.proxy,
  };
}

function gitCredentials({ spec }: Stoker, credentials: Credentials): GitCredentials {
  // Files of secrets usually end in a line break that is no part of the token; a private key needs its own.
  const token = credentials.get(agentSecretKeys.token)?.trim();
  if (spec.git.auth?.token && token !== undefined)
    return { kind: 'token', token, username: spec.git.auth.token.username };
  if (spec.git.auth?.githubApp && token !== undefined) return { kind: 'token', token, username: installationUsername };
  const privateKey = credentials.get(agentSecretKeys.sshPrivateKey);
  if (spec.git.auth?.sshKey && privateKey !== undefined) return { kind: 'sshKey', privateKey };
  return { kind: 'none' };
}

/**
 * The chart's `allowedRepositories`: globs over `host/path`, where `*` stays within one path segment and `**` does not.
 *
 * @throws StokerError `RepositoryNotAllowed`
 */
export function checkAllowed(url: RepositoryUrl, allowed: readonly RegExp[]): void {
  if (allowed.length === 0 || allowed.some((pattern) => pattern.test(url.canonical))) return;
  throw new StokerError(`${url.canonical} is not one of the repositories that this installation allows`, {
    reason: reasons.RepositoryNotAllowed,
    class: 'stalled',
    hint: 'ask the administrator of this installation to add it to allowedRepositories',
  });
}

/** `github.com/acme/*` as a pattern. Comes from the administrator's command line, never from a CR. */
export function repositoryGlob(glob: string): RegExp {
  const body = glob
    .toLowerCase()
    .split(/(\*+)/)
    .map((part) =>
      part.startsWith('*') ? (part.length > 1 ? '.*' : '[^/]*') : part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`^${body}$`, 'u');
}
