import { expect, test } from '@jest/globals';
import type { KubeObject } from '@stoker/kube';
import { createWriteThrough } from './writeThrough.ts';

const object = (resourceVersion: string, uid = 'u'): KubeObject => ({
  metadata: { name: 'a', namespace: 'n', uid, resourceVersion },
});
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
  expect(through.observed(state.cached)).toBe(false);
  expect(through.get(key)).toEqual(object('3'));
});

test('once the watch has caught up, what it brings counts', () => {
  const { state, through } = world();
  through.wrote(object('3'));
  state.cached = object('3');
  expect(through.observed(state.cached)).toBe(true);
  state.cached = object('4');
  expect(through.get(key)).toEqual(object('4'));
});

test('a write is not trusted for ever: a list may have passed over its version', () => {
  const { state, through } = world();
  through.wrote(object('3'));
  state.cached = object('9');
  state.now = 60_000;
  expect(through.get(key)).toEqual(object('9'));
});

test('an object made anew under the name is another one', () => {
  const { state, through } = world();
  through.wrote(object('3'));
  state.cached = object('5', 'other');
  expect(through.get(key)).toEqual(object('5', 'other'));
});
