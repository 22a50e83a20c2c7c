import { describe, expect, test } from '@jest/globals';
import { describeError } from '@stoker/errors';
import { compilePatterns } from './matchPatterns.ts';

describe('compilePatterns', () => {
  test.each([
    ['**/.git/', '.git/config', true],
    ['**/.git/', 'deep/.git/hooks/x', true],
    ['**/.git/', 'deep/.github/x', false],
    ['**/.git/', '.git', false],
    ['**/.gitkeep', '.gitkeep', true],
    ['**/.gitkeep', 'a/b/.gitkeep', true],
    ['**/.resources/**', 'p/.resources/x/y', true],
    ['db/', 'db/x', true],
    ['db/', 'a/db/x', false],
    ['db/**', 'db', true],
    ['*.log', 'a.log', true],
    ['*.log', 'deep/a.log', false],
    ['**/*.idb', 'x.idb/inside', true],
    ['./a/b', 'a/b', true],
    ['/a/b', 'a/b', true],
    ['a/**/z', 'a/z', true],
    ['a/**/z', 'a/b/c/z', true],
    ['a/**/z', 'a/b/c/y', false],
    ['a/**/b/**/c', 'a/b/x/b/y/c', true],
    ['{a,b/c}/*.txt', 'b/c/x.txt', true],
    ['{a,b/c}/*.txt', 'b/x.txt', false],
    ['a?c/[xy]*', 'abc/yes', true],
    ['a?c/[xy]*', 'abc/no', false],
    ['!a', 'b', false],
    ['+(a|b)', 'a', false],
    ['* (copy).json', 'view (copy).json', true],
    ['* (copy).json', 'view copy.json', false],
    ['(a+)+[b]', '(a+)+b', true],
    ['(a+)+[b]', 'aab', false],
    ['[ab]+c', 'aabc', false],
    ['x{2}*', 'x{2}y', true],
    ['x{2}*', 'xxy', false],
    ['[(+]?', '(a', true],
    ['\\(*', '(a', true],
    ['', 'a', false],
    ['Config', 'config', false],
  ])('%j covers %j: %s', (pattern, path, expected) => {
    expect(compilePatterns([pattern])(path, 'file')).toBe(expected);
  });

  test('covers a folder as well as what is in it', () => {
    const matches = compilePatterns(['logs/']);
    expect([matches('logs', 'folder'), matches('logs', 'file'), matches('logs/x', 'folder')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test.each(['*a*a*a*a*a*a*a*b', 'a'.repeat(2000), '{a,b}'.repeat(10), `{${'x,'.repeat(100)}x}`])(
    'refuses %j, which could take for ever',
    (pattern) => {
      let error: unknown;
      try {
        compilePatterns([pattern]);
      } catch (thrown) {
        error = thrown;
      }
      expect(describeError(error)).toMatchObject({ reason: 'InvalidPattern' });
    },
  );

  test('answers for long paths and many double stars without backtracking', () => {
    const matches = compilePatterns(['**/a/**/a/**/a/**/a/**/a/**/a/**/b', '**/*x*y*z']);
    expect(matches(Array.from({ length: 2000 }, () => 'a').join('/'), 'file')).toBe(false);
    expect(matches(`${'x'.repeat(120)}${'y'.repeat(120)}`, 'file')).toBe(false);
  });
});
