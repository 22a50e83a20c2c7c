import type { MetadataDocument, Release, Stoker } from '@stoker/crd-types';
import { canonicalRepository } from '@stoker/gitref';

/**
 * Where an agent finds the commit of its release, and how it logs in there. A gateway that keeps a release while
 * `spec.git.repo` is changed goes on reading the repository that has it; on another host without the credentials, which
 * are meant for the new one.
 */
export function repositoryAccess(
  { spec: { git } }: Pick<Stoker, 'spec'>,
  release: Release | undefined,
): MetadataDocument['repository'] {
  const url = release?.repository ?? git.repo;
  const kind = git.auth?.sshKey ? 'sshKey' : git.auth?.token || git.auth?.githubApp ? 'token' : 'none';
  return {
    url,
    authKind: serverOf(url) === serverOf(git.repo) ? kind : 'none',
    ...(git.proxy === undefined ? {} : { proxy: git.proxy }),
  };
}

/** Scheme and host: a token for HTTPS must not go out over HTTP either. */
function serverOf(repository: string): string {
  const scheme = /^([a-z+]+):\/\//i.exec(repository)?.[1]?.toLowerCase() ?? 'ssh';
  return `${scheme}://${canonicalRepository(repository)?.split('/')[0] ?? ''}`;
}
