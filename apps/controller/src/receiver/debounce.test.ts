import { afterEach, expect, jest, test } from '@jest/globals';
import { createDebouncer } from './debounce.ts';

afterEach(() => {
  jest.useRealTimers();
});

test('the first task runs at once, and of those that follow within the interval only the latest', async () => {
  jest.useFakeTimers();
  const ran: string[] = [];
  const debounce = createDebouncer(1_000);
  const run = (name: string) => debounce('key', async () => void ran.push(name));
  void run('first');
  const dropped = run('dropped');
  const latest = run('latest');
  expect(ran).toEqual(['first']);
  await jest.advanceTimersByTimeAsync(1_000);
  await Promise.all([dropped, latest]);
  expect(ran).toEqual(['first', 'latest']);
});

test('keys do not wait for one another', async () => {
  jest.useFakeTimers();
  const ran: string[] = [];
  const debounce = createDebouncer(1_000);
  void debounce('a', async () => void ran.push('a'));
  void debounce('b', async () => void ran.push('b'));
  expect(ran).toEqual(['a', 'b']);
});

test('a failure reaches everybody for whom the task stood', async () => {
  jest.useFakeTimers();
  const debounce = createDebouncer(1_000);
  await debounce('key', async () => undefined);
  const failing = async () => {
    throw new Error('refused');
  };
  const both = Promise.allSettled([debounce('key', failing), debounce('key', failing)]);
  await jest.advanceTimersByTimeAsync(1_000);
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
