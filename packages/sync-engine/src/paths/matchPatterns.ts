import picomatch from 'picomatch';
import { quotePath, syncError } from '../syncError.ts';
import { parentOf } from './relativePath.ts';

/** Is this file or folder covered by a pattern, itself or by a folder it lies in? */
export type PathMatcher = (path: string, kind: 'file' | 'folder') => boolean;

const maximumPatternLength = 1024;
const maximumWildcardsPerName = 3;
const maximumAlternatives = 64;

/**
 * Compiles globs (picomatch: `*`, `**`, `?`, `[…]`, `{…,…}`; names that begin with a dot match like others). A pattern
 * that matches a folder covers all below it; one that ends in `/` matches folders only. Names are matched one by one
 * and `**` without backtracking, so that the time for a path is bounded whatever the pattern.
 * Throws `InvalidPattern` on what could not be bounded.
 */
export function compilePatterns(patterns: readonly string[]): PathMatcher {
  const compiled = patterns.flatMap(expandBraces).map(compilePattern);
  if (compiled.length === 0) return () => false;
  const covered = new Map<string, boolean>([['', false]]);

  const matchesItself = (path: string, kind: 'file' | 'folder'): boolean => {
    const names = path.split('/');
    return compiled.some((pattern) => (kind === 'folder' || !pattern.foldersOnly) && matchNames(pattern.names, names));
  };
  const folderIsCovered = (folder: string): boolean => {
    const known = covered.get(folder);
    if (known !== undefined) return known;
    const result = folderIsCovered(parentOf(folder)) || matchesItself(folder, 'folder');
    covered.set(folder, result);
    return result;
  };
  return (path, kind) =>
    kind === 'folder' ? folderIsCovered(path) : folderIsCovered(parentOf(path)) || matchesItself(path, 'file');
}

type NameMatcher = '**' | ((name: string) => boolean);

interface CompiledPattern {
  readonly names: readonly NameMatcher[];
  readonly foldersOnly: boolean;
}

function compilePattern(pattern: string): CompiledPattern {
  const relative = pattern.replace(/^(\.?\/)+/, '');
  const names = relative.split('/').filter((name) => name !== '');
  return { foldersOnly: relative.endsWith('/'), names: names.map((name) => compileName(name, pattern)) };
}

function compileName(name: string, pattern: string): NameMatcher {
  if (name === '**') return '**';
  if (!/[*?[\]\\]/.test(name)) return (candidate) => candidate === name;
  const wildcards = name.replaceAll(/\*+/g, '*').split('*').length - 1;
  if (wildcards > maximumWildcardsPerName) {
    throw invalidPattern(pattern, `holds more than ${maximumWildcardsPerName} "*" in one name`);
  }
  // `**` inside a name means `*`; extglobs and negation are taken literally: they nest, and nesting backtracks.
  const single = literally(name.replaceAll(/\*+/g, '*'));
  const matches = picomatch(single, {
    dot: true,
    noextglob: true,
    nonegate: true,
    nobrace: true,
    strictBrackets: false,
  });
  return (candidate) => matches(candidate);
}

/** picomatch hands these on to its regular expression, where they group and repeat; what is escaped already stays so. */
function literally(name: string): string {
  return name.replaceAll(/\\.|[(){}|+]/g, (found) => (found.length > 1 ? found : `\\${found}`));
}

/** Greedy: a later `**` never needs an earlier one to be tried again, as with `*` in a plain wildcard match. */
function matchNames(pattern: readonly NameMatcher[], names: readonly string[]): boolean {
  let at = 0;
  let position = 0;
  let retryAt = -1;
  let retryPosition = 0;
  while (position < names.length) {
    const matcher = pattern[at];
    if (matcher === '**') {
      retryAt = ++at;
      retryPosition = position;
    } else if (matcher !== undefined && matcher(names[position] ?? '')) {
      at += 1;
      position += 1;
    } else if (retryAt >= 0) {
      at = retryAt;
      position = ++retryPosition;
    } else {
      return false;
    }
  }
  while (pattern[at] === '**') at += 1;
  return at === pattern.length && pattern.length > 0;
}

/** `a/{b,c/d}` → `a/b`, `a/c/d`: alternatives may span folders, which names matched one by one cannot. */
function expandBraces(pattern: string): string[] {
  if (pattern.length > maximumPatternLength) {
    throw invalidPattern(pattern, `is longer than ${maximumPatternLength} characters`);
  }
  let pending = [pattern];
  for (;;) {
    const next = pending.flatMap((candidate) => {
      const braces = /\{([^{}]*,[^{}]*)\}/.exec(candidate);
      if (!braces) return [candidate];
      const before = candidate.slice(0, braces.index);
      const after = candidate.slice(braces.index + braces[0].length);
      return (braces[1] ?? '').split(',').map((choice) => before + choice + after);
    });
    if (next.length > maximumAlternatives)
      throw invalidPattern(pattern, `has more than ${maximumAlternatives} choices`);
    if (next.length === pending.length && next.every((candidate, index) => candidate === pending[index])) return next;
    pending = next;
  }
}

function invalidPattern(pattern: string, problem: string): Error {
  const shown = pattern.length > 100 ? `${pattern.slice(0, 100)}…` : pattern;
  return syncError('InvalidPattern', `the pattern ${quotePath(shown)} ${problem}`, 'split it into several patterns');
}
