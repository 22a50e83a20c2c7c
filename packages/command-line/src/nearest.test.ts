import { expect, test } from '@jest/globals';
import { nearest } from './nearest.ts';

test.each([
  ['explian', 'explain'],
  ['exp', 'explain'],
  ['gte', 'get'],
  ['telephone', undefined],
  ['', undefined],
])('%j most likely means %j', (typed, meant) => {
  expect(nearest(typed, ['get', 'explain', 'resume'])).toBe(meant);
});
