import { gitError } from './gitError.ts';
import { listRefsWithGit } from './git/listRefs.ts';
import type { ListedRef } from './listing.ts';
import { checkRef, isCommitSha, isShortSha } from './refName.ts';
import type { CommitSha, Remote, ResolvedRef, ResolveOptions } from './types.ts';

const defaultTimeoutMs = 30_000;

/**
 * Resolves what a person wrote as the ref: a branch, a tag (peeled) or a full SHA, which is its own answer and asks
 * nobody. Where a branch and a tag have one name the branch is meant, as for `git switch` and `git clone --branch`: it is
 * the one that moves, so following it is what a ref in a GitOps resource is for; `refs/tags/…` names the tag.
 *
 * @throws StokerError with a reason of this package, or the signal's reason
 */
export async function resolveRef(remote: Remote, ref: string, options: ResolveOptions = {}): Promise<ResolvedRef> {
  checkRef(ref);
  if (isCommitSha(ref)) return { commit: ref, kind: 'commit', fullName: undefined };
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const names = ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
  const list = await listerFor(remote);
  const { refs, empty } = await list(remote, names, { signal: options.signal, timeoutMs });

  for (const fullName of names) {
    const found = refs.find(({ name }) => name === fullName);
    if (found) return { commit: checkedCommit(found, remote), kind: kindOf(fullName), fullName };
  }
  throw empty ? emptyRepository(remote) : refNotFound(remote, ref);
}

/** The HTTP client is loaded on first use: an agent that is told its commit never needs it. */
async function listerFor({ url }: Remote): Promise<typeof listRefsWithGit> {
  if (url.transport !== 'http' && url.transport !== 'https') return listRefsWithGit;
  return (await import('./http/listRefs.ts')).listRefsOverHttp;
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
