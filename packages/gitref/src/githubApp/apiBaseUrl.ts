import { forbiddenHost } from '../forbiddenHost.ts';
import { gitError } from '../gitError.ts';
import type { RepositoryUrl } from '../types.ts';

const field = 'git.auth.githubApp.apiBaseURL';

/**
 * Where the REST API of GitHub is that serves this repository: for github.com and GitHub Enterprise Cloud on ghe.com a host
 * of its own, for GitHub Enterprise Server `/api/v3` of the same (each as GitHub's REST documentation says).
 */
export function apiBaseUrlOf({ href }: RepositoryUrl): string {
  const { hostname, host } = new URL(href);
  if (hostname === 'github.com' || hostname === 'www.github.com') return 'https://api.github.com';
  return hostname.endsWith('.ghe.com') ? `https://api.${host}` : `https://${host}/api/v3`;
}

/**
 * Checked like the URL of a repository, since the same people choose it.
 *
 * @throws StokerError `InvalidRepositoryUrl`
 */
export function parseApiBaseUrl(text: string, scope: RepositoryUrl['scope']): RepositoryUrl {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' || /[\s\\]/.test(text)) throw refused(`${field} is no https:// URL`);
  if (url.username !== '' || url.password !== '') throw refused(`${field} holds a user name or a password`);
  if (url.search !== '' || url.hash !== '') throw refused(`${field} holds a query or a fragment`);
  const why = scope === 'cluster' ? forbiddenHost(url.hostname) : undefined;
  if (why !== undefined) throw refused(`the host ${url.hostname} of ${field} is ${why}`);
  const href = url.href.replace(/\/+$/, '');
  return { transport: 'https', href, canonical: url.host, host: url.hostname, scope };
}

function refused(message: string): Error {
  return gitError('InvalidRepositoryUrl', message, {
    hint: 'Write it as https://api.github.com or https://github.example.com/api/v3, or leave it out.',
  });
}
