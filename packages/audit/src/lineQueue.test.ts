import { expect, test } from '@jest/globals';
import { createLineQueue, queuedLine } from './lineQueue.ts';

test('a queue has room for so many bytes, line ends included, and again for those that went', () => {
  const queue = createLineQueue(10);
  expect(['1234', 'äö', 'x'].map((text) => queue.add(queuedLine(text)))).toEqual([true, true, false]);
  expect(queue.bytes).toBe(10);
  queue.remove(1);
  expect(queue.add(queuedLine('1234'))).toBe(true);
  expect(queue.peek(100).map(({ text }) => text)).toEqual(['äö', '1234']);
});

test('a batch is no larger than asked for, but one line at least', () => {
  const queue = createLineQueue(100);
  for (const text of ['a long line', 'a', 'b']) queue.add(queuedLine(text));
  expect(queue.peek(5).map(({ text }) => text)).toEqual(['a long line']);
  expect(queue.peek(14).map(({ text }) => text)).toEqual(['a long line', 'a']);
  queue.remove(3);
  expect(queue.isEmpty).toBe(true);
});
