import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createLimiters } from './limiters.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A task that ends when the test says so. */
function task(started: string[], name: string) {
  const end = Promise.withResolvers<void>();
  return { run: () => (started.push(name), end.promise), end };
}

test('tasks of one key run in order, a few at a time, and those of another apart', async () => {
  const limited = createLimiters({ concurrency: 1 });
  const started: string[] = [];
  const [one, two, other] = [task(started, 'one'), task(started, 'two'), task(started, 'other')];
  const done = Promise.all([limited('a', one.run), limited('a', two.run), limited('b', other.run)]);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(started).toEqual(['one', 'other']);
  one.end.resolve();
  await jest.advanceTimersByTimeAsync(0);
  expect(started).toEqual(['one', 'other', 'two']);
  two.end.resolve();
  other.end.resolve();
  await done;
});

test('a task that takes longer than patience allows gives its place to one other, once', async () => {
  const limited = createLimiters({ concurrency: 1, patienceMs: 1_000 });
  const started: string[] = [];
  const tasks = ['one', 'two', 'three'].map((name) => task(started, name));
  const done = Promise.all(tasks.map(({ run }) => limited('a', run)));
  await jest.advanceTimersByTimeAsync(1_000);
  expect(started).toEqual(['one', 'two']);
  tasks[0]?.end.resolve();
  await jest.advanceTimersByTimeAsync(500);
  expect(started).toEqual(['one', 'two']);
  tasks[1]?.end.resolve();
  await jest.advanceTimersByTimeAsync(0);
  expect(started).toEqual(['one', 'two', 'three']);
  tasks[2]?.end.resolve();
  await done;
});

test('a task that fails gives its place back', async () => {
  const limited = createLimiters({ concurrency: 1 });
  const failing = limited('a', () => Promise.reject(new Error('no')));
  const next = limited('a', async () => 'next');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('next');
});
