import { parseRepositoryUrl, type Remote } from '@stoker/gitref';

/** A repository as plain data. Its URL is checked by `remoteOf`, in the thread that reads from it. */
export interface Repository extends Omit<Remote, 'url'> {
  readonly url: string;
  /** `cluster` refuses local and loopback repositories: authors of CRs choose URLs. */
  readonly scope: 'cluster' | 'standalone';
}

/** @throws StokerError `InvalidRepositoryUrl` */
export function remoteOf({ url, scope, ...access }: Repository): Remote {
  return { ...access, url: parseRepositoryUrl(url, scope) };
}
