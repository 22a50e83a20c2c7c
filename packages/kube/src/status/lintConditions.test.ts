import { expect, test } from '@jest/globals';
import type { Condition } from '../types.ts';
import { lintConditions } from './lintConditions.ts';

const good: Condition = {
  type: 'Ready',
  status: 'True',
  reason: 'Succeeded',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
  observedGeneration: 2,
};

function lint(conditions: readonly object[], observedGeneration = 2) {
  const object = { metadata: { name: 'a', generation: 2 }, status: { observedGeneration, conditions } };
  return lintConditions(object).map((finding) => finding.split(':')[0]);
}

test('an object without a status, and one whose conditions are in order, are clean', () => {
  expect(lintConditions({ metadata: { name: 'a' } })).toEqual([]);
  expect(lint([good])).toEqual([]);
  expect(
    lint([
      { ...good, status: 'False' },
      { ...good, type: 'Stalled' },
    ]),
  ).toEqual([]);
});

test.each<readonly [string, string, readonly object[]]>([
  ['COND001', 'a type that is there twice', [good, good]],
  ['COND002', 'a status in other words', [{ ...good, status: 'true' }]],
  ['COND003', 'a reason that is a sentence', [{ ...good, reason: 'it failed' }]],
  ['COND003', 'no reason', [{ ...good, reason: '' }]],
  ['COND004', 'a time that is no time', [{ ...good, lastTransitionTime: 'yesterday' }]],
  ['COND005', 'a message without end', [{ ...good, message: 'x'.repeat(40_000) }]],
  ['COND006', 'a generation that does not exist yet', [{ ...good, observedGeneration: 3 }]],
  ['COND008', 'Ready while reconciling', [good, { ...good, type: 'Reconciling' }]],
  ['COND008', 'Ready while stalled', [good, { ...good, type: 'Stalled' }]],
  ['COND010', 'Ready for an older generation', [{ ...good, observedGeneration: 1 }]],
])('%s finds %s', (id, _, conditions) => {
  expect(lint(conditions)).toEqual([id]);
});

test('COND007 finds a status from a generation that does not exist yet', () => {
  expect(lint([good], 3)).toEqual(['COND007']);
});

test('COND009 finds what is stalled and yet reconciling', () => {
  const conditions = ['Reconciling', 'Stalled'].map((type) => ({ ...good, type }));
  expect(lint([{ ...good, status: 'False' }, ...conditions])).toEqual(['COND009']);
});

test.each(['Ready', 'Stalled', 'Reconciling'])('COND011 finds that %s has seen more than its status', (type) => {
  expect(lint([{ ...good, status: 'False', type }], 1)).toEqual(['COND011']);
});

test('a condition of its own may lag behind its status, and one without a generation says nothing', () => {
  expect(lint([good, { ...good, type: 'Drifted', observedGeneration: 1 }])).toEqual([]);
  const { observedGeneration: _, ...silent } = good;
  expect(lint([silent], 1)).toEqual([]);
});
