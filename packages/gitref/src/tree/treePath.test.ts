import { describe, expect, test } from '@jest/globals';
import { treePath } from './treePath.ts';

describe('a path in a tree', () => {
  test.each([
    ['projects/site/view.json'],
    ['.gitkeep'],
    ['a/.gitignore'],
    ['a/..b/c...d'],
    ['git~12/x'],
    ['ünïcode/日本語.json'],
    [`a/${'x'.repeat(255)}`],
    ['a:b'],
  ])('%s is text as it stands', (path) => {
    expect(treePath(Buffer.from(path))).toBe(path);
  });

  test.each([
    ['../etc/passwd'],
    ['a/../../b'],
    ['a/./b'],
    ['a//b'],
    ['/etc/passwd'],
    ['a\\b'],
    ['a/b\n'],
    ['a\u007f'],
    ['.git/config'],
    ['a/.GIT/hooks/x'],
    ['a/.git. /x'],
    ['a/.git::$INDEX_ALLOCATION/x'],
    ['git~1/config'],
    ['.g\u200cit/config'],
    ['\ufeff.git'],
    [`a/${'x'.repeat(256)}`],
    [`a/${'ü'.repeat(128)}`],
    ['x/'.repeat(2048) + 'x'],
  ])('%j is refused by name', (path) => {
    expect(() => treePath(Buffer.from(path))).toThrow(
      expect.objectContaining({
        reason: 'UnsafePath',
        message: expect.stringContaining(JSON.stringify(path.slice(0, 100)).slice(0, -1)),
      }),
    );
  });

  test('a name that is not UTF-8 is refused, not repaired', () => {
    expect(() => treePath(Buffer.from([0x61, 0xff, 0x62]))).toThrow(expect.objectContaining({ reason: 'UnsafePath' }));
  });
});
