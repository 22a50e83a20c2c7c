import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { asFilePath, parseRelativePath } from './relativePath.ts';

test.each(['a', 'a/b.json', 'a b/c-d/e.f', '.gitkeep', 'a/.b', 'ünï/日本', `${'x'.repeat(255)}/y`, 'a/b..', 'a.'])(
  '%s names a file',
  (path) => expect(asFilePath(path)).toBe(path),
);

test.each([
  '',
  '.',
  '..',
  '/',
  '/a',
  'a/',
  'a//b',
  './a',
  'a/.',
  'a/./b',
  'a/../b',
  'a/..',
  'a\\b',
  'a\n',
  'a\u007f',
  '\ufffd',
])('%j names none', (path) => expect(asFilePath(path)).toBeUndefined());

test('a path that names a file is one that stays as it is when it is parsed', () => {
  const text = fc.array(fc.constantFrom('a', '.', '/', '..', '\\', '~', ' ', '\n', 'é'), { maxLength: 8 });
  fc.assert(
    fc.property(text, (parts) => {
      const path = parts.join('');
      expect(asFilePath(path) !== undefined).toBe(path !== '.' && parsesToItself(path));
    }),
    { numRuns: 5000 },
  );
});

function parsesToItself(path: string): boolean {
  try {
    return parseRelativePath(path, 'the path') === path;
  } catch {
    return false;
  }
}
