import { setImmediate } from 'node:timers/promises';
import { request } from 'undici';
import type { Dispatcher } from 'undici';
import { gitError } from '../gitError.ts';
import type { Remote } from '../types.ts';
import { basicAuthorization } from './basicAuthorization.ts';
import { classifyConnectionError } from './classifyHttpFailure.ts';

export interface Message {
  /** Below the repository's URL. */
  readonly path: string;
  /** A POST; without it a GET. */
  readonly body?: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly location: string | undefined;
  /** Empty unless the status is 200. */
  readonly body: Buffer;
}

/**
 * One question to a git server, and its whole answer, whatever its status.
 *
 * @throws StokerError with a reason of this package, or the signal's reason
 */
export type Exchange = (to: Remote, message: Message) => Promise<Answer>;

const maxBytes = 32 * 1024 * 1024;

export function exchangeOver(dispatcher: Dispatcher, signal: AbortSignal): Exchange {
  return (to, message) =>
    ask(to, message, { dispatcher, signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw classifyConnectionError(error, to);
    });
}

async function ask(
  to: Remote,
  { path, body }: Message,
  link: { readonly dispatcher: Dispatcher; readonly signal: AbortSignal },
): Promise<Answer> {
  const response = await request(`${to.url.href.replace(/\/+$/, '')}${path}`, {
    ...link,
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
  // The pool learns only now that the connection is free again: a question asked at once would open another one.
  await setImmediate();
  return Buffer.concat(chunks);
}

async function discard(body: { dump(options: { limit: number }): Promise<void> }): Promise<Buffer> {
  await body.dump({ limit: 64 * 1024 });
  return Buffer.alloc(0);
}

function headerText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
