import { expect, test } from '@jest/globals';
import { formatKey, keyOf, parseKey } from './keys.ts';

test.each([
  ['ns/name', { namespace: 'ns', name: 'name' }],
  ['name', { namespace: '', name: 'name' }],
])('%s is read as it was written', (text, key) => {
  expect(formatKey(key)).toBe(text);
  expect(parseKey(text)).toEqual(key);
  expect(formatKey(keyOf({ metadata: { ...key } }))).toBe(text);
});

test.each(['', 'a/', '/a', 'a/b/c'])('"%s" is no key', (text) => {
  expect(() => parseKey(text)).toThrow('not a key of an object');
});
