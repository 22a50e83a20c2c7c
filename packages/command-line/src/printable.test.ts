import { expect, test } from '@jest/globals';
import { printable } from './printable.ts';

test.each([
  ['two lines\nof Zürich, 水', 'two lines\nof Zürich, 水'],
  ['\u001b[31mred\r', '\\u001b[31mred\\r'],
  ['\u007f\u009b31mred', '\\u007f\\u009b31mred'],
  ['gnp.\u202eexe', 'gnp.\\u202eexe'],
])('%j reaches a terminal as %j', (text, expected) => {
  expect(printable(text)).toBe(expected);
});
