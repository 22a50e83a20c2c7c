import { expect, test } from '@jest/globals';
import type { KubeObject } from '@stoker/kube';
import { createWriteThrough } from './writeThrough.ts';

const object = (resourceVersion: string, uid = 'u'): KubeObject => ({
  metadata: { name: 'a', namespace: 'n', uid, resourceVersion },
});
const changedTo = (after: KubeObject | undefined) => ({ before: object('1'), after });
const deleted = (before: KubeObject) => ({ before, after: undefined });
const key = { namespace: 'n', name: 'a' };

function world() {
  const state = { cached: object('1') as KubeObject | undefined, now: 0 };
  return {
    state,
    through: createWriteThrough(
      () => state.cached,
      () => state.now,
    ),
  };
}

test('what was written is read before the watch brings it, and no older version after', () => {
  const { state, through } = world();
  through.wrote(object('3'));
  expect(through.get(key)).toEqual(object('3'));
  state.cached = object('2');
  expect(through.observed(changedTo(state.cached))).toBe(false);
  expect(through.get(key)).toEqual(object('3'));
});

test('once the watch has caught up, what it brings counts', () => {
  const { state, through } = world();
  through.wrote(object('3'));
  state.cached = object('3');
  expect(through.observed(changedTo(state.cached))).toBe(true);
  state.cached = object('4');
  expect(through.get(key)).toEqual(object('4'));
});

test('a later version counts, also when a list has passed over the one that was written', () => {
  const { state, through } = world();
  through.wrote(object('9'));
  state.cached = object('10');
  expect(through.get(key)).toEqual(object('10'));
});

test('where versions are no numbers, a write is not trusted for long', () => {
  const { state, through } = world();
  through.wrote(object('x'));
  state.cached = object('y');
  expect(through.get(key)).toEqual(object('x'));
  state.now = 60_000;
  expect(through.get(key)).toEqual(object('y'));
});

test('however long the watch is interrupted, nobody goes back to what was there before the write', () => {
  const { state, through } = world();
  through.wrote(object('10'));
  state.cached = object('9');
  state.now = 60_000;
  expect(through.get(key)).toEqual(object('10'));
});

test('a write that no watch shows is not trusted for long: it may have been deleted meanwhile', () => {
  const { state, through } = world();
  through.wrote(object('3'));
  state.cached = undefined;
  expect(through.get(key)).toEqual(object('3'));
  state.now = 60_000;
  expect(through.get(key)).toBeUndefined();
});

test('an object made anew under the name is another one', () => {
  const { state, through } = world();
  through.wrote(object('3'));
  state.cached = object('5', 'other');
  expect(through.get(key)).toEqual(object('5', 'other'));
});

test('an object that is deleted is gone, whatever was written to it last', () => {
  const { state, through } = world();
  through.wrote(object('3'));
  state.cached = undefined;
  through.observed(deleted(object('1')));
  expect(through.get(key)).toBeUndefined();
});

test('the answer to a write that comes after the deletion brings nothing back', () => {
  const { state, through } = world();
  state.cached = undefined;
  through.observed(deleted(object('4')));
  through.wrote(object('3'));
  expect(through.get(key)).toBeUndefined();
});

test('an object that was made anew is not taken for the one whose deletion is seen late', () => {
  const { state, through } = world();
  through.wrote(object('6', 'other'));
  state.cached = undefined;
  through.observed(deleted(object('5')));
  expect(through.get(key)).toEqual(object('6', 'other'));
});
