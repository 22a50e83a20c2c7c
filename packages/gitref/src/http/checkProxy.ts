import { forbiddenHost } from '../forbiddenHost.ts';
import { gitError } from '../gitError.ts';
import type { UrlScope } from '../types.ts';

/**
 * The proxy is chosen by the same people as the repository, so the same hosts are out of reach.
 *
 * @returns its host name
 * @throws StokerError `InvalidProxy`; its message holds no credentials
 */
export function checkProxy(proxy: string, scope: UrlScope): string {
  const url = URL.parse(proxy);
  // Of `http://a:80\@b` git takes b for the host, and the URL parser, by which it is checked, takes a.
  const isAmbiguous = /[\\\u0000-\u0020\u007f]/.test(proxy);
  if (isAmbiguous || url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    throw gitError('InvalidProxy', 'the proxy is not an http:// or https:// URL', {
      hint: 'Write it as http://proxy.example.com:3128.',
    });
  }
  const why = scope === 'cluster' ? forbiddenHost(url.hostname) : undefined;
  if (why !== undefined) throw gitError('InvalidProxy', `the proxy's host ${url.hostname} is ${why}`);
  return url.hostname;
}
