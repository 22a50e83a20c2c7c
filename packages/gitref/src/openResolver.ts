import { chooseRef, fullNamesOf } from './chooseRef.ts';
import { listRefsWithGit } from './git/listRefs.ts';
import { checkRef, isCommitSha } from './refName.ts';
import type { Remote, ResolvedRef, ResolveOptions } from './types.ts';

const defaultTimeoutMs = 30_000;

/** Resolves refs, and keeps what makes the next resolution faster: connections, and what servers said of themselves. */
export interface RefResolver {
  /**
   * Resolves what a person wrote as the ref: a branch, a tag (peeled) or a full SHA, which is its own answer and asks
   * nobody. Where a branch and a tag have one name the branch is meant; `refs/tags/…` names the tag.
   *
   * @throws StokerError with a reason of this package, or the signal's reason
   */
  resolveRef(remote: Remote, ref: string, options?: ResolveOptions): Promise<ResolvedRef>;
  /** Ends its connections, also those in use. */
  close(): Promise<void>;
}

/** For whoever asks often: over HTTP(S) all but the first resolution are one request on a connection that is open. */
export function openResolver(): RefResolver {
  // The HTTP client is loaded on first use: an agent that is told its commit never needs it.
  let http: Promise<HttpLister> | undefined;
  const list: ListRefs = async (remote, names, deadline) => {
    if (remote.url.transport !== 'http' && remote.url.transport !== 'https') {
      return listRefsWithGit(remote, names, deadline);
    }
    http ??= openHttpLister();
    return (await http).list(remote, names, deadline);
  };
  return {
    async resolveRef(remote, ref, { signal, timeoutMs = defaultTimeoutMs } = {}) {
      checkRef(ref);
      if (isCommitSha(ref)) return { commit: ref, kind: 'commit', fullName: undefined };
      return chooseRef(await list(remote, fullNamesOf(ref), { signal, timeoutMs }), remote, ref);
    },
    close: async () => (await http)?.close(),
  };
}

type ListRefs = typeof listRefsWithGit;

interface HttpLister {
  readonly list: ListRefs;
  readonly close: () => Promise<void>;
}

async function openHttpLister(): Promise<HttpLister> {
  const [{ listRefsOverHttp }, { openConnections }] = await Promise.all([
    import('./http/listRefs.ts'),
    import('./http/connections.ts'),
  ]);
  const connections = openConnections();
  return {
    list: (remote, names, deadline) => listRefsOverHttp(connections, remote, names, deadline),
    close: () => connections.close(),
  };
}
