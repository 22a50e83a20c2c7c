import { request } from 'undici';
import type { Dispatcher } from 'undici';
import { gitError } from '../gitError.ts';
import { parseRepositoryUrl } from '../repositoryUrl.ts';
import type { Remote } from '../types.ts';
import { basicAuthorization } from './basicAuthorization.ts';
import { classifyConnectionError, classifyStatus } from './classifyHttpFailure.ts';
import { connect } from './connect.ts';

/** A conversation with one smart HTTP server, redirects already followed. */
export interface HttpSession {
  /** Where the repository was found: after a redirect to another host, without credentials. */
  readonly remote: Remote;
  /** Body of `GET info/refs?service=git-upload-pack`. */
  readonly advertisement: Buffer;
  /** `POST git-upload-pack`. */
  post(body: Uint8Array): Promise<Buffer>;
  close(): Promise<void>;
}

interface SessionOptions {
  readonly signal?: AbortSignal | undefined;
  /** For everything the session does. */
  readonly timeoutMs: number;
}

const discovery = '/info/refs?service=git-upload-pack';
const redirects = new Set([301, 302, 303, 307, 308]);
const maxRedirects = 5;
const maxBytes = 32 * 1024 * 1024;

/**
 * Asks the server for its advertisement. Credentials go to the host that was named and to no other; each redirect is
 * checked like a URL of its own.
 *
 * @throws StokerError with a reason of this package, or the signal's reason
 */
export async function openSession(remote: Remote, options: SessionOptions): Promise<HttpSession> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]);
  const dispatcher = connect(remote, options.timeoutMs);
  const exchange = (to: Remote, message: Message): Promise<Answer> =>
    ask(to, message, { dispatcher, signal }).catch((error: unknown) => {
      options.signal?.throwIfAborted();
      if (deadline.aborted) throw gitError('GitTimeout', `${remote.url.canonical} did not answer in time`);
      throw classifyConnectionError(error, to);
    });
  try {
    const { answer, location } = await discover(remote, exchange);
    return {
      remote: location,
      advertisement: answer.body,
      async post(body) {
        const result = await exchange(location, { path: '/git-upload-pack', body });
        return checked(result, location, 'application/x-git-upload-pack-result', false).body;
      },
      close: () => dispatcher.destroy(),
    };
  } catch (error) {
    await dispatcher.destroy();
    throw error;
  }
}

async function discover(
  remote: Remote,
  exchange: (to: Remote, message: Message) => Promise<Answer>,
): Promise<{ answer: Answer; location: Remote }> {
  let location = remote;
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const answer = await exchange(location, { path: discovery });
    if (!redirects.has(answer.status)) {
      const dropped = location.credentials.kind !== remote.credentials.kind;
      return { answer: checked(answer, location, 'application/x-git-upload-pack-advertisement', dropped), location };
    }
    location = follow(location, answer.location);
  }
  throw gitError('GitServerError', `the server of ${remote.url.canonical} redirects more than ${maxRedirects} times`);
}

function follow(from: Remote, target: string | undefined): Remote {
  const next = target === undefined ? null : URL.parse(target, `${base(from)}${discovery}`);
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

interface Message {
  readonly path: string;
  readonly body?: Uint8Array;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly location: string | undefined;
  readonly body: Buffer;
}

async function ask(
  to: Remote,
  { path, body }: Message,
  { dispatcher, signal }: { dispatcher: Dispatcher; signal: AbortSignal },
): Promise<Answer> {
  const response = await request(`${base(to)}${path}`, {
    dispatcher,
    signal,
    method: body === undefined ? 'GET' : 'POST',
    body: body ?? null,
    headers: {
      // Some servers answer anything that does not look like git with a web page.
      'user-agent': 'git/2.50 (stoker)',
      'git-protocol': 'version=2',
      accept: body === undefined ? '*/*' : 'application/x-git-upload-pack-result',
      ...(body === undefined ? {} : { 'content-type': 'application/x-git-upload-pack-request' }),
      ...(to.credentials.kind === 'token' ? { authorization: basicAuthorization(to.credentials) } : {}),
    },
  });
  return {
    status: response.statusCode,
    contentType: headerText(response.headers['content-type']) ?? '',
    location: headerText(response.headers['location']),
    body: response.statusCode === 200 ? await readBody(response.body) : await discard(response.body),
  };
}

async function readBody(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw gitError('LimitExceeded', 'the server lists more than 32 MiB of refs');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function discard(body: { dump(options: { limit: number }): Promise<void> }): Promise<Buffer> {
  await body.dump({ limit: 64 * 1024 });
  return Buffer.alloc(0);
}

function checked(answer: Answer, remote: Remote, contentType: string, credentialsDropped: boolean): Answer {
  const failure = classifyStatus(answer.status, remote, credentialsDropped);
  if (failure !== undefined) throw failure;
  if (answer.contentType.split(';')[0]?.trim() !== contentType) {
    throw gitError('GitServerError', `the server of ${remote.url.canonical} answered with something that is not git`, {
      hint: 'Check the URL: this is what a sign-in page, a portal, or a server without smart HTTP looks like.',
    });
  }
  if (/^[\da-f]{4}ERR /.test(answer.body.subarray(0, 8).toString('latin1'))) {
    throw gitError('GitServerError', `the server of ${remote.url.canonical} reports an error of its own`);
  }
  if (answer.body.subarray(-4).toString('latin1') !== '0000') {
    throw gitError('GitServerError', `the answer of the server of ${remote.url.canonical} is cut short`);
  }
  return answer;
}

function base(remote: Remote): string {
  return remote.url.href.replace(/\/+$/, '');
}

function headerText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
