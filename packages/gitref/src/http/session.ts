import { gitError } from '../gitError.ts';
import { parseRepositoryUrl } from '../repositoryUrl.ts';
import type { Remote } from '../types.ts';
import { classifyStatus } from './classifyHttpFailure.ts';
import type { Answer, Exchange } from './exchange.ts';

/** A conversation about one repository with a smart HTTP server, redirects already followed. */
export interface HttpSession {
  /** Where the repository was found: after a redirect to another host, without credentials. */
  readonly remote: Remote;
  /** Body of `GET info/refs?service=git-upload-pack`. */
  readonly advertisement: Buffer;
  /** `POST git-upload-pack`. */
  post(body: Uint8Array): Promise<Buffer>;
}

const discovery = '/info/refs?service=git-upload-pack';
const redirects = new Set([301, 302, 303, 307, 308]);
const maxRedirects = 5;

/**
 * Asks the server for its advertisement. Credentials go to the host that was named and to no other; each redirect is
 * checked like a URL of its own.
 *
 * @throws StokerError with a reason of this package, or the signal's reason
 */
export async function beginSession(remote: Remote, exchange: Exchange): Promise<HttpSession> {
  let location = remote;
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const answer = await exchange(location, { path: discovery });
    if (!redirects.has(answer.status)) {
      const dropped = location.credentials.kind !== remote.credentials.kind;
      checkAnswer(answer, location, { contentType: 'application/x-git-upload-pack-advertisement', dropped });
      return resumeSession(location, answer.body, exchange);
    }
    location = follow(location, answer.location);
  }
  throw gitError('GitServerError', `the server of ${remote.url.canonical} redirects more than ${maxRedirects} times`);
}

/** A session with an advertisement that is known from an earlier one. */
export function resumeSession(remote: Remote, advertisement: Buffer, exchange: Exchange): HttpSession {
  return {
    remote,
    advertisement,
    async post(body) {
      const answer = await exchange(remote, { path: '/git-upload-pack', body });
      checkAnswer(answer, remote, { contentType: 'application/x-git-upload-pack-result', dropped: false });
      return answer.body;
    },
  };
}

function follow(from: Remote, target: string | undefined): Remote {
  const base = `${from.url.href.replace(/\/+$/, '')}${discovery}`;
  const next = target === undefined ? null : URL.parse(target, base);
  if (next === null || !`${next.pathname}${next.search}`.endsWith(discovery)) {
    throw gitError('GitServerError', `the server of ${from.url.canonical} redirects to a page that is not git`, {
      hint: 'Check the URL; some servers answer so where they want credentials.',
    });
  }
  const url = parseRepositoryUrl(next.href.slice(0, -discovery.length), from.url.scope);
  const old = new URL(from.url.href);
  const upgraded = old.hostname === next.hostname && old.protocol === 'http:' && next.protocol === 'https:';
  return { ...from, url, credentials: upgraded || old.origin === next.origin ? from.credentials : { kind: 'none' } };
}

function checkAnswer(
  answer: Answer,
  remote: Remote,
  expected: { readonly contentType: string; readonly dropped: boolean },
): void {
  const where = remote.url.canonical;
  const failure = classifyStatus(answer.status, remote, expected.dropped);
  if (failure !== undefined) throw failure;
  if (answer.contentType.split(';')[0]?.trim() !== expected.contentType) {
    throw gitError('GitServerError', `the server of ${where} answered with something that is not git`, {
      hint: 'Check the URL: this is what a sign-in page, a portal, or a server without smart HTTP looks like.',
    });
  }
  if (/^[\da-f]{4}ERR /.test(answer.body.subarray(0, 8).toString('latin1'))) {
    throw gitError('GitServerError', `the server of ${where} reports an error of its own`);
  }
  if (answer.body.subarray(-4).toString('latin1') !== '0000') {
    throw gitError('GitServerError', `the answer of the server of ${where} is cut short`);
  }
}
