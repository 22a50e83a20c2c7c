import type { RepositoryUrl } from './types.ts';

/** Hosts that serve git over SSH under a second name. */
const aliases: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
};

/**
 * `host/path` of a repository URL as push events carry them (`clone_url`, `ssh_url`, `html_url`, `git_url`), in the
 * form of `RepositoryUrl.canonical`; undefined for what names no repository on a host. The text is only compared,
 * never contacted, so nothing is refused: credentials in it are dropped.
 */
export function canonicalRepository(text: string): string | undefined {
  const url = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? URL.parse(text) : null;
  if (url) return url.hostname === '' ? undefined : canonicalLocation(url.hostname, url.pathname);
  const scpLike = /^(?:[^@/\s]*@)?([^:/@\s]+):([^\s]+)$/.exec(text);
  return scpLike ? canonicalLocation(scpLike[1] ?? '', scpLike[2] ?? '') : undefined;
}

/** Whether a push event's repository URL, in any of its variants, is the one that is tracked. */
export function sameRepository(tracked: RepositoryUrl, payloadUrl: string): boolean {
  return tracked.host !== undefined && canonicalRepository(payloadUrl) === tracked.canonical;
}

/** Lower case throughout: no forge tells two repositories apart by case. `/scm/` is Bitbucket Data Center's HTTP prefix. */
export function canonicalLocation(host: string, path: string): string {
  const lowerHost = host.toLowerCase().replace(/\.$/, '');
  const plainPath = decodePath(path)
    .toLowerCase()
    .split('/')
    .filter((segment) => segment !== '')
    .join('/')
    .replace(/\.git$/, '')
    .replace(/^scm\//, '');
  return `${aliases[lowerHost] ?? lowerHost}/${plainPath}`;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // Not percent-encoded UTF-8: then the text itself is the best name there is.
    return path;
  }
}
