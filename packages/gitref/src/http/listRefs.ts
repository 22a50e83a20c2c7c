import { type GitHttpRequest, listServerRefs } from 'isomorphic-git';
import { listRefsWithGit } from '../git/listRefs.ts';
import { gitError } from '../gitError.ts';
import type { ListedRef, Listing } from '../listing.ts';
import type { Remote } from '../types.ts';
import { openSession } from './openSession.ts';
import type { HttpSession } from './openSession.ts';

interface Deadline {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
}

/**
 * Lists the first of the named refs that there is, with isomorphic-git, which asks a protocol 2 server for just these (a
 * few hundred bytes, where `git ls-remote` transfers every ref there is). This module is loaded on first use: an agent
 * that is told its commit never needs it. It does not speak SHA-256, so such a repository is left to git.
 */
export async function listRefsOverHttp(remote: Remote, names: readonly string[], deadline: Deadline): Promise<Listing> {
  const session = await openSession(remote, deadline);
  try {
    if (session.advertisement.includes('object-format=sha256')) {
      return await listRefsWithGit(session.remote, names, deadline);
    }
    if (listsNothing(session.advertisement)) return { refs: [], empty: true };
    const refs: ListedRef[] = [];
    for (const name of names) {
      refs.push(...(await listPrefix(session, name)).filter((ref) => ref.name === name));
      // They stand in the order of preference: where the branch is found nobody asks for the tag.
      if (refs.length > 0) break;
    }
    return { refs, empty: refs.length === 0 && (await listPrefix(session, 'refs/heads/')).length === 0 };
  } finally {
    await session.close();
  }
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
