import { expect, test } from '@jest/globals';
import { authorIn } from './readAuthor.ts';

const tree = `tree ${'a'.repeat(40)}`;

test.each<[string, string, object | undefined]>([
  [
    'the header',
    `${tree}\nauthor Ada L <ada@example.com> 1 +0000\ncommitter B <b@x> 1 +0000\n\nA message`,
    { name: 'Ada L', email: 'ada@example.com' },
  ],
  ['nobody', `${tree}\nauthor  <> 1 -0130\n\nx`, { name: '', email: '' }],
  ['no line of the message', `${tree}\n\nauthor Mallory <m@example.com> 1 +0000\n`, undefined],
  [
    'whole characters, however long the name',
    `author ${'a'.repeat(255)}\u{1f600} <a@x> 1 +0000\n\n`,
    { name: `${'a'.repeat(255)}\ufffd`, email: 'a@x' },
  ],
  ['no control characters', `author A\u001b[2J <a@x> 1 +0000\n\n`, { name: 'A[2J', email: 'a@x' }],
])('an author is %s', (_name, commit, expected) => {
  expect(authorIn(commit)).toEqual(expected);
});
