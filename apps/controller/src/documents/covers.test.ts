import { expect, test } from '@jest/globals';
import { covers } from './covers.ts';

test.each<[string, unknown, unknown, boolean]>([
  ['what the server added does not count', { a: 1, added: 2 }, { a: 1 }, true],
  ['a value that differs does', { a: 1 }, { a: 2 }, false],
  ['a value that is missing does', {}, { a: 1 }, false],
  ['a list must be whole', { a: [1, 2] }, { a: [1] }, false],
  ['items of lists may have more in them', { a: [{ b: 1, c: 2 }] }, { a: [{ b: 1 }] }, true],
  ['nothing covers nothing but itself', undefined, { a: 1 }, false],
  ['kind and version are known without being said', { a: 1 }, { apiVersion: 'v1', kind: 'X', a: 1 }, true],
])('%s', (_name, actual, desired, expected) => {
  expect(covers(actual, desired)).toBe(expected);
});
