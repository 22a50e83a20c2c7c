import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createRepeatLog } from './repeatLog.ts';

let said: [string, number][];
let log: (key: string) => void;

beforeEach(() => {
  jest.useFakeTimers();
  said = [];
  log = createRepeatLog(1000, (key, count) => void said.push([key, count]));
});

afterEach(() => void jest.useRealTimers());

test('says a thing at once, and then how often it happened again, once an interval', () => {
  for (let time = 0; time < 50; time += 1) log('a');
  expect(said).toEqual([['a', 1]]);
  jest.advanceTimersByTime(10_000);
  expect(said).toEqual([
    ['a', 1],
    ['a', 49],
  ]);
  log('a');
  expect(said.at(-1)).toEqual(['a', 1]);
});

test('says different things apart', () => {
  log('a');
  log('b');
  expect(said).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
});

test('keeps nothing of what is over', () => {
  log('a');
  jest.advanceTimersByTime(10_000);
  expect(jest.getTimerCount()).toBe(0);
});
