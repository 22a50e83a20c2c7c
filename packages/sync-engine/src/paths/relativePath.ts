import { quotePath, syncError } from '../syncError.ts';

/** A checked path relative to a root, with `/`; the root itself is the empty string. Joining it to the root stays inside. */
export type RelativePath = string & { readonly __brand: 'RelativePath' };

export const rootPath = '' as RelativePath;

const maximumPathLength = 4096;
const maximumNameBytes = 255;

/**
 * Checks a path that came from outside. `.` is the root; a trailing slash and `.` segments are dropped.
 * Throws `UnsafePath`; `what` says in the message whose path it is.
 */
export function parseRelativePath(text: string, what: string): RelativePath {
  const problem = findProblem(text);
  if (problem !== undefined) throw unsafePath(text, what, problem);
  return text
    .split('/')
    .filter((name) => name !== '.' && name !== '')
    .join('/') as RelativePath;
}

/** Most paths are like this: printable ASCII, and no name that is empty or begins with a dot. */
const isPlain = /^(?:[ !-\-0-[\]-~][ !-.0-[\]-~]*(?:\/(?=[^/])|$))+$/;

/** Like `parseRelativePath` for a path that must name a file as it stands; undefined where it does not. */
export function asFilePath(text: string): RelativePath | undefined {
  if (text.length <= maximumNameBytes && isPlain.test(text)) return text as RelativePath;
  const plain = text !== '' && findProblem(text) === undefined && !/(^|\/)\.?(\/|$)/.test(text);
  return plain ? (text as RelativePath) : undefined;
}

export function unsafePath(path: string, what: string, problem: string): Error {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  const hint = `write a relative path without "..", of at most ${maximumPathLength} characters and ${maximumNameBytes} bytes a name`;
  return syncError('UnsafePath', `${what} ${quotePath(shown)} ${problem}`, hint);
}

function findProblem(text: string): string | undefined {
  if (text === '') return 'is empty (write "." for the root)';
  if (text.startsWith('/')) return 'is absolute';
  if (text.length > maximumPathLength) return `is longer than ${maximumPathLength} characters`;
  if (text.includes('\\')) return 'holds a backslash';
  // oxlint-disable-next-line no-control-regex -- finding control characters is the point
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'holds a control character';
  if (!text.isWellFormed() || text.includes('\ufffd')) return 'is not valid UTF-8';
  if (text.includes('//')) return 'holds an empty name';
  for (const name of text.split('/')) {
    if (name === '..') return 'climbs with ".."';
    if (name.length * 3 > maximumNameBytes && Buffer.byteLength(name) > maximumNameBytes) {
      return `holds a name longer than ${maximumNameBytes} bytes`;
    }
  }
  return undefined;
}

/** Equal for two paths that are one on a file system that folds names (case, Unicode composition). */
export function foldPath(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

/** True for the folder itself and all below it. */
export function isInside(path: string, folder: string): boolean {
  return folder === '' || path === folder || (path.length > folder.length && path.startsWith(`${folder}/`));
}

/** The folder a path lies in; the root lies in itself. */
export function parentOf(path: string): RelativePath {
  const slash = path.lastIndexOf('/');
  return (slash < 0 ? '' : path.slice(0, slash)) as RelativePath;
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folders above a path without the root, nearest first. */
export function* ancestorsOf(path: string): Generator<RelativePath> {
  for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) yield folder;
}

/** By UTF-16 code unit, on every machine alike. */
export function comparePaths(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

export function joinPath(folder: string, path: string): RelativePath {
  return (folder === '' ? path : path === '' ? folder : `${folder}/${path}`) as RelativePath;
}
