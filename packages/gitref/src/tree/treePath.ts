import { gitError } from '../gitError.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const suspicious =
  /[\\\u0000-\u001f\u007f\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]|\.git|git~|(?:^|\/)\.{0,2}(?:\/|$)/i;
/** No name of a shorter path can be too long. To look for that in every path was most of the time of a listing. */
const longestNameBytes = 255;
const ignoredByHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/**
 * The path of a tree entry as text.
 *
 * @throws StokerError `UnsafePath` for names that must never reach a disk: not UTF-8, `..`, a backslash, control
 * characters, and everything that some file system takes for `.git` (git's own rules, core.protectHFS and
 * core.protectNTFS)
 */
export function treePath(bytes: Uint8Array): string {
  let path: string;
  try {
    path = decoder.decode(bytes);
  } catch (cause) {
    throw unsafe(Buffer.from(bytes).toString('latin1'), 'is not UTF-8', cause);
  }
  if (bytes.length > longestNameBytes || suspicious.test(path)) {
    const problem = problemOf(path);
    if (problem !== undefined) throw unsafe(path, problem);
  }
  return path;
}

function problemOf(path: string): string | undefined {
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'holds control characters';
  if (path.includes('\\')) return 'holds a backslash';
  if (Buffer.byteLength(path) > 4096) return 'is longer than 4,096 bytes';
  for (const name of path.split('/')) {
    if (name === '' || name === '.' || name === '..') return `holds the name "${name}"`;
    if (Buffer.byteLength(name) > longestNameBytes) return 'holds a name longer than 255 bytes';
    if (isGitFolder(name)) return 'holds a name that some file systems take for .git';
  }
  return undefined;
}

function isGitFolder(name: string): boolean {
  const folded = name
    .replace(ignoredByHfs, '')
    .toLowerCase()
    .replace(/:.*$/s, '')
    .replace(/[. ]+$/, '');
  return folded === '.git' || folded === 'git~1';
}

function unsafe(path: string, problem: string, cause?: unknown): Error {
  return gitError('UnsafePath', `the path ${JSON.stringify(path.slice(0, 500))} in the repository ${problem}`, {
    hint: 'Rename it in the repository, or leave its folder out of every mapping.',
    cause,
  });
}
