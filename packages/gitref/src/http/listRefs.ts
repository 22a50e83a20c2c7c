import { isStokerError } from '@stoker/errors';
import { type GitHttpRequest, listServerRefs } from 'isomorphic-git';
import { listRefsWithGit } from '../git/listRefs.ts';
import { gitError } from '../gitError.ts';
import type { ListedRef, Listing } from '../listing.ts';
import type { Remote } from '../types.ts';
import type { Connections, Line } from './connections.ts';
import { startDeadline } from './deadline.ts';
import { exchangeOver } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { beginSession, resumeSession } from './session.ts';
import type { HttpSession } from './session.ts';

interface GitDeadline {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
}

/**
 * Lists the first of the named refs that there is, with isomorphic-git, which asks a protocol 2 server for just these (a
 * few hundred bytes, where `git ls-remote` transfers every ref there is). It does not speak SHA-256, so such a repository
 * is left to git.
 *
 * Over a line that was used before a resolution is one request: the advertisement is remembered, and what that leads to
 * is asked for anew where it does not fit any more.
 */
export async function listRefsOverHttp(
  connections: Connections,
  remote: Remote,
  names: readonly string[],
  { signal, timeoutMs }: GitDeadline,
): Promise<Listing> {
  const startedAt = performance.now();
  const attempt = async (line: Line, patienceMs: number): Promise<Listing> => {
    const deadline = startDeadline(remote, signal, patienceMs);
    const left = { signal, timeoutMs: patienceMs };
    try {
      return await listOver(line, remote, names, { exchange: exchangeOver(line.dispatcher, deadline.signal), left });
    } finally {
      deadline.end();
      line.release();
    }
  };

  const line = connections.borrow(remote);
  if (!line.isUsed) return attempt(line, timeoutMs);
  const mayBeOutdated = line.recall(remote.url.href) !== undefined;
  // A kept connection may lead nowhere: it gets a part of the time, so that enough is left for a new one.
  return attempt(line, timeoutMs / 3).catch((error: unknown) => {
    signal?.throwIfAborted();
    if (!mayBeOutdated && !isOfConnection(error)) throw error;
    line.abandon();
    return attempt(connections.borrow(remote), timeoutMs - (performance.now() - startedAt));
  });
}

function isOfConnection(error: unknown): boolean {
  return isStokerError(error) && (error.reason === 'GitUnreachable' || error.reason === 'GitTimeout');
}

async function listOver(
  line: Line,
  remote: Remote,
  names: readonly string[],
  { exchange, left }: { readonly exchange: Exchange; readonly left: GitDeadline },
): Promise<Listing> {
  const remembered = line.recall(remote.url.href);
  const session =
    remembered === undefined ? await beginSession(remote, exchange) : resumeSession(remote, remembered, exchange);
  const { advertisement } = session;
  if (advertisement.includes('object-format=sha256')) return listRefsWithGit(session.remote, names, left);
  if (listsNothing(advertisement)) return { refs: [], empty: true };
  const listing = await listFirst(session, names);
  // Under protocol 2 it tells what the server can do, and no refs. A redirect is asked for again: it may end.
  if (advertisement.includes('version 2\n') && session.remote === remote) {
    line.remember(remote.url.href, advertisement);
  }
  return listing;
}

async function listFirst(session: HttpSession, names: readonly string[]): Promise<Listing> {
  for (const name of names) {
    // They stand in the order of preference: where the branch is found nobody asks for the tag.
    const refs = (await listPrefix(session, name)).filter((ref) => ref.name === name);
    if (refs.length > 0) return { refs, empty: false };
  }
  return { refs: [], empty: (await listPrefix(session, 'refs/heads/')).length === 0 };
}

/** Two ways of an old server to list no ref at all; isomorphic-git takes them for protocol 2. */
function listsNothing(advertisement: Buffer): boolean {
  return (
    advertisement.includes('capabilities^{}') || advertisement.toString('latin1').endsWith('upload-pack\n00000000')
  );
}

async function listPrefix(session: HttpSession, prefix: string): Promise<ListedRef[]> {
  let failure: unknown;
  const http = {
    async request({ url, method, body }: GitHttpRequest) {
      try {
        const answer = method === 'POST' ? await session.post(await collect(body)) : session.advertisement;
        return answerOf(url, answer, method === 'POST' ? 'result' : 'advertisement');
      } catch (error) {
        failure = error;
        throw error;
      }
    },
  };
  const url = session.remote.url.href;
  const found = await listServerRefs({ http, url, prefix, protocolVersion: 2, peelTags: true }).catch(() => {
    // Its own errors hold the server's answer: ours say that it was not understood.
    throw failure ?? gitError('GitServerError', `the refs of ${session.remote.url.canonical} cannot be understood`);
  });
  return found.map(({ ref, oid, peeled }) => ({ name: ref, commit: peeled ?? oid }));
}

function answerOf(url: string, body: Buffer, kind: 'result' | 'advertisement') {
  const headers = { 'content-type': `application/x-git-upload-pack-${kind}` };
  return { url, statusCode: 200, statusMessage: 'OK', headers, body: once(body) };
}

async function* once(bytes: Uint8Array): AsyncIterableIterator<Uint8Array> {
  yield bytes;
}

async function collect(body: AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}
