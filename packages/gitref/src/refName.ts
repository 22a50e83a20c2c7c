import { gitError } from './gitError.ts';
import type { CommitSha } from './types.ts';

/** A full object id: 40 hexadecimal digits, 64 in a SHA-256 repository. */
export function isCommitSha(text: string): text is CommitSha {
  return /^(?:[\da-f]{40}|[\da-f]{64})$/.test(text);
}

/**
 * Checks that the text can name a branch, a tag or a commit: `main`, `v1.2.0`, `refs/heads/main`, `refs/tags/v1.2.0` or a
 * full SHA. Follows git-check-ref-format(1), and refuses what looks like a shortened SHA.
 *
 * @throws StokerError `InvalidRef`
 */
export function checkRef(ref: string): void {
  if (isCommitSha(ref)) return;
  const shown = JSON.stringify(ref.slice(0, 200));
  if (isCommitSha(ref.toLowerCase())) throw invalid(`the SHA ${shown} is not in lower case`, 'Write it in lower case.');
  if (isShortSha(ref)) {
    throw invalid(
      `the ref ${shown} looks like a shortened commit SHA`,
      'Write all 40 digits of the SHA, or refs/heads/… or refs/tags/… if it is the name of a branch or a tag.',
    );
  }
  if (ref === 'HEAD' || ref === '@') throw invalid(`the ref ${shown} names no branch`, 'Name the branch itself: main.');
  if (ref.startsWith('refs/') && !/^refs\/(?:heads|tags)\/./.test(ref)) {
    throw invalid(`the ref ${shown} is neither a branch nor a tag`, 'Use refs/heads/… or refs/tags/….');
  }
  const problem = problemOf(ref);
  if (problem !== undefined) throw invalid(`the ref ${shown} ${problem}`, 'Name a branch, a tag or a full commit SHA.');
}

/** Seven or more hexadecimal digits with both digits and letters: `20240101` and `feedface` are taken for names. */
export function isShortSha(ref: string): boolean {
  return /^[\da-f]{7,63}$/i.test(ref) && /\d/.test(ref) && /[a-f]/i.test(ref) && !isCommitSha(ref.toLowerCase());
}

function problemOf(ref: string): string | undefined {
  if (ref === '') return 'is empty';
  if (ref.length > 1024) return 'is longer than 1,024 characters';
  if (ref.startsWith('-')) return 'begins with "-", as an option of git would';
  if (/[\u0000-\u0020\u007f]/.test(ref)) return 'holds white space or control characters';
  const forbidden = /[~^:?*[\\]|\.\.|@\{|\/\//.exec(ref)?.[0];
  if (forbidden !== undefined) return `holds "${forbidden}"`;
  if (ref.startsWith('/') || ref.endsWith('/')) return 'begins or ends with "/"';
  if (ref.endsWith('.')) return 'ends with "."';
  if (ref.split('/').some((part) => part.startsWith('.') || part.endsWith('.lock'))) {
    return 'has a part that begins with "." or ends with ".lock"';
  }
  return undefined;
}

function invalid(message: string, hint: string): Error {
  return gitError('InvalidRef', message, { hint });
}
