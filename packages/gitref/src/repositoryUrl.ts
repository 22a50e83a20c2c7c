import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalLocation } from './canonicalRepository.ts';
import { forbiddenHost } from './forbiddenHost.ts';
import { gitError } from './gitError.ts';
import type { RepositoryUrl, UrlScope } from './types.ts';

const allowed = {
  cluster: 'Use https://, http://, ssh://, git:// or user@host:path.',
  standalone: 'Use https://, http://, ssh://, git://, user@host:path, file:// or a path.',
};

const hostPattern = /^(?:[a-z\d_](?:[a-z\d._-]*[a-z\d_.])?|\[[\da-f:.]+\])$/i;
const userPattern = /^[a-z\d_][a-z\d._+-]*$/i;

/**
 * Parses what a person wrote as the repository. `cluster`: any author of a `Stoker` may have written it, so local
 * files, loopback and link-local hosts are refused; `standalone`: the person at this machine did, and relative paths
 * are resolved against the working directory.
 *
 * @throws StokerError `InvalidRepositoryUrl`; its message never repeats embedded credentials.
 */
export function parseRepositoryUrl(text: string, where: UrlScope): RepositoryUrl {
  if (/[\u0000-\u0020\u007f]/.test(text) && (where === 'cluster' || text.includes('://'))) {
    throw invalid('the repository URL holds white space or control characters', where);
  }
  if (text === '' || /[\u0000-\u001f\u007f]/.test(text))
    throw invalid('the repository URL is empty or unreadable', where);
  if (text.startsWith('-')) throw invalid('the repository URL begins with "-", as an option of git would', where);
  if (/^[\w+.-]+::/.test(text))
    throw invalid(`the transport ${text.slice(0, text.indexOf('::') + 2)} runs programs`, where);

  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'https' || scheme === 'http') return parseHttp(text, scheme, where);
  if (scheme === 'ssh' || scheme === 'git') return parseOpaque(text, scheme, where);
  if (scheme === 'file') return parseFile(text, where);
  if (scheme !== undefined) throw invalid(`the transport ${scheme}:// is not supported`, where);

  const scpLike = /^(?:([^@/]*)@)?(\[[^\]]*\]|[^:/@]+):(.+)$/.exec(text);
  if (scpLike) return parseScpLike(text, scpLike[1], scpLike[2] ?? '', scpLike[3] ?? '', where);
  if (where === 'cluster') throw invalid(`"${text}" is not a repository URL`, where);
  return fileUrl(resolve(text), where);
}

function parseHttp(text: string, transport: 'https' | 'http', where: UrlScope): RepositoryUrl {
  const url = URL.parse(text);
  if (!url || text.includes('\\')) throw invalid('the repository URL cannot be parsed', where);
  refuseCredentials(url);
  if (url.search !== '' || url.hash !== '') {
    throw invalid(`the repository URL of ${url.host} holds a query or a fragment`, where);
  }
  refuseHost(url.hostname, where);
  // The URL parser's own form, so that git cannot read another host out of it than was checked here.
  return {
    transport,
    href: url.href,
    canonical: canonicalLocation(url.hostname, url.pathname),
    host: url.hostname,
    scope: where,
  };
}

function parseOpaque(text: string, transport: 'ssh' | 'git', where: UrlScope): RepositoryUrl {
  const url = URL.parse(text);
  if (!url || text.includes('\\') || !hostPattern.test(url.hostname)) {
    throw invalid('the repository URL cannot be parsed', where);
  }
  if (url.password !== '' || (transport === 'git' && url.username !== '')) refuseCredentials(url);
  if (url.username !== '' && !userPattern.test(url.username)) {
    throw invalid(`the user name in the repository URL of ${url.hostname} is not usable`, where);
  }
  refuseHost(url.hostname, where);
  refusePath(url.pathname.replace(/^\/+/, ''), url.hostname, where);
  return {
    transport,
    href: text,
    canonical: canonicalLocation(url.hostname, url.pathname),
    host: url.hostname,
    scope: where,
  };
}

function parseScpLike(
  text: string,
  user: string | undefined,
  host: string,
  path: string,
  where: UrlScope,
): RepositoryUrl {
  if (user?.includes(':') === true) throw embeddedCredentials(host);
  if (!hostPattern.test(host) || (user !== undefined && !userPattern.test(user))) {
    throw invalid('the repository is neither a URL nor user@host:path', where);
  }
  // To git a port may stand between the brackets too: then what the rule on hosts looks at is not the host.
  if (where === 'cluster' && host.startsWith('[') && !isIPv6(host.slice(1, -1))) {
    throw invalid(`${host} is not an IPv6 address; a port goes into ssh://user@host:port/path`, where);
  }
  refuseHost(host, where);
  refusePath(path, host, where);
  return { transport: 'ssh', href: text, canonical: canonicalLocation(host, path), host, scope: where };
}

function parseFile(text: string, where: UrlScope): RepositoryUrl {
  if (where === 'cluster') throw invalid('file:// would read files of the pod', where);
  const url = URL.parse(text);
  if (!url || (url.hostname !== '' && url.hostname !== 'localhost')) {
    throw invalid('a file:// URL has no host: file:///path/to/repository', where);
  }
  url.hostname = '';
  return fileUrl(fileURLToPath(url), where);
}

function fileUrl(path: string, where: UrlScope): RepositoryUrl {
  const canonical = path.replace(/\/+$/, '').replace(/\.git$/, '');
  return { transport: 'file', href: path, canonical, host: undefined, scope: where };
}

function refuseCredentials(url: URL): void {
  if (url.username !== '' || url.password !== '') throw embeddedCredentials(url.hostname);
}

function embeddedCredentials(host: string): Error {
  return gitError('InvalidRepositoryUrl', `the repository URL of ${host} holds a user name or a password`, {
    hint: 'Take them out of the URL and put them into a secret: spec.git.auth.token.secretRef.',
  });
}

function refuseHost(host: string, where: UrlScope): void {
  const why = where === 'cluster' ? forbiddenHost(host) : undefined;
  if (why !== undefined) {
    throw gitError('InvalidRepositoryUrl', `the repository's host ${host} is ${why}`, {
      hint: 'Give the git server by a name or an address that every pod of the cluster can reach.',
    });
  }
}

function refusePath(path: string, host: string, where: UrlScope): void {
  if (path === '') throw invalid(`the repository URL names no repository on ${host}`, where);
  if (path.startsWith('-')) throw invalid(`the repository's path on ${host} begins with "-"`, where);
}

function invalid(message: string, where: UrlScope): Error {
  return gitError('InvalidRepositoryUrl', message, { hint: allowed[where] });
}
