import { gitError } from './gitError.ts';
import type { ListedRef, Listing } from './listing.ts';
import { isCommitSha, isShortSha } from './refName.ts';
import type { CommitSha, Remote, ResolvedRef } from './types.ts';

/** What a branch or tag may be called in full, in the order of preference. */
export function fullNamesOf(ref: string): readonly string[] {
  return ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
}

/**
 * Which of the listed refs is meant. Where a branch and a tag have one name the branch is, as for `git switch` and `git
 * clone --branch`: it is the one that moves, so following it is what a ref in a GitOps resource is for; `refs/tags/…`
 * names the tag.
 *
 * @throws StokerError `EmptyRepository`, `RefNotFound`, `GitServerError`
 */
export function chooseRef({ refs, empty }: Listing, remote: Remote, ref: string): ResolvedRef {
  for (const fullName of fullNamesOf(ref)) {
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
