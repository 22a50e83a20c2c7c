import { expect, test } from '@jest/globals';
import { leaksIn } from './leaksIn.ts';

const token = 'glpat/one two';
const basic = Buffer.from(`x-access-token:${token}`).toString('base64');

test.each([
  ['as it is', `a ${token} b`, ['token raw: log of a']],
  ['in a URL', `https://x:${encodeURIComponent(token)}@git.example.com`, ['token in a URL: log of a']],
  ['in a header', `authorization: Basic ${basic}`, ['token in base64: log of a']],
  ['not at all', 'glpat/one', []],
])('a secret that is said %s is found where it is', (_how, text, leaks) => {
  const said = new Map([
    ['log of a', text],
    ['Event b', 'nothing'],
  ]);
  expect(leaksIn(said, { token, other: 'never said' })).toEqual(leaks);
});
