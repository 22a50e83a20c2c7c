import { expect, test } from '@jest/globals';
import { createAnnounced } from './announced.ts';

const at = (status: string | undefined, uid = 'u') => ({
  metadata: { namespace: 'ns', name: 'plant', uid },
  ...(status === undefined ? {} : { status }),
});

test('what a process that has just started builds upon was told by the one before', () => {
  const announced = createAnnounced<string>();
  expect(announced.advance({ before: at('first'), after: at('second') })).toBe('first');
});

test('what came about by a write without an answer is told with the next that has one', () => {
  const announced = createAnnounced<string>();
  announced.advance({ before: at(undefined), after: at('first') });
  expect(announced.advance({ before: at('written'), after: at('written') })).toBe('first');
  expect(announced.advance({ before: at('written'), after: at('third') })).toBe('written');
});

test('an object that was made anew has nothing told of it', () => {
  const announced = createAnnounced<string>();
  announced.advance({ before: at(undefined), after: at('first') });
  expect(announced.advance({ before: at(undefined, 'other'), after: at('first', 'other') })).toBeUndefined();
  announced.forget('ns/plant');
  expect(announced.advance({ before: at('second'), after: at('third') })).toBe('second');
});
