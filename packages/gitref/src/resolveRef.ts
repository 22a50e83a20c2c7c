import { gitError } from './gitError.ts';
import { listRefsWithGit } from './git/listRefs.ts';
import type { ListedRef } from './listing.ts';
import { checkRef, isCommitSha, isShortSha } from './refName.ts';
import type { CommitSha, Remote, ResolvedRef, ResolveOptions } from './types.ts';

const defaultTimeoutMs = 30_000;

/** Resolves refs, and keeps what makes the next resolution faster: connections, and what servers said of themselves. */
export interface RefResolver {
  /**
   * Resolves what a person wrote as the ref: a branch, a tag (peeled) or a full SHA, which is its own answer and asks
   * nobody. Where a branch and a tag have one name the branch is meant, as for `git switch` and `git clone --branch`: it
   * is the one that moves, so following it is what a ref in a GitOps resource is for; `refs/tags/…` names the tag.
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
    resolveRef: (remote, ref, options = {}) => resolveWith(list, remote, ref, options),
    close: async () => (await http)?.close(),
  };
}

/** `RefResolver.resolveRef`, once: nothing is kept. */
export async function resolveRef(remote: Remote, ref: string, options: ResolveOptions = {}): Promise<ResolvedRef> {
  const resolver = openResolver();
  try {
    return await resolver.resolveRef(remote, ref, options);
  } finally {
    await resolver.close();
  }
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

async function resolveWith(
  list: ListRefs,
  remote: Remote,
  ref: string,
  { signal, timeoutMs = defaultTimeoutMs }: ResolveOptions,
): Promise<ResolvedRef> {
  checkRef(ref);
  if (isCommitSha(ref)) return { commit: ref, kind: 'commit', fullName: undefined };
  const names = ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
  const { refs, empty } = await list(remote, names, { signal, timeoutMs });

  for (const fullName of names) {
    const found = refs.find(({ name }) => name === fullName);
    if (found) return { commit: checkedCommit(found, remote), kind: kindOf(fullName), fullName };
  }
  throw empty ? emptyRepository(remote) : refNotFound(remote, ref);
}

function kindOf(fullName: string): 'branch' | 'tag' {
  return fullName.startsWith('refs/heads/') ? 'branch' : 'tag';
}

function checkedCommit({ name, commit }: ListedRef, remote: Remote): CommitSha {
  if (isCommitSha(commit)) return commit;
  throw gitError('GitServerError', `the server of ${remote.url.canonical} lists no usable SHA for ${name}`);
}

function emptyRepository(remote: Remote): Error {
  return gitError('EmptyRepository', `the repository ${remote.url.canonical} is empty`, {
    hint: 'Push a first commit.',
  });
}

function refNotFound(remote: Remote, ref: string): Error {
  const hint = isShortSha(ref) || /^\d{7,39}$/.test(ref) ? 'If it is a shortened SHA, write all 40 digits.' : undefined;
  return gitError('RefNotFound', `the repository ${remote.url.canonical} has no branch or tag ${JSON.stringify(ref)}`, {
    hint: hint ?? 'Check the spelling, and whether the branch was deleted.',
  });
}
