import { expect, test } from '@jest/globals';
import type { Condition } from '../types.ts';
import { lintTransitions } from './lintTransitions.ts';

const before: Condition = {
  type: 'Ready',
  status: 'True',
  reason: 'Succeeded',
  message: '',
  lastTransitionTime: '2026-01-01T00:10:00Z',
  observedGeneration: 2,
};
const { observedGeneration: _, ...forgotten } = before;

function objectOf(conditions: readonly object[], { uid = '1', observedGeneration = 2 } = {}) {
  return { metadata: { name: 'a', uid, generation: 2 }, status: { observedGeneration, conditions } };
}

function lint(changed: object) {
  const findings = lintTransitions(objectOf([before]), objectOf([{ ...before, ...changed }]));
  return findings.map((finding) => finding.split(':')[0]);
}

test.each([
  ['COND012', 'a generation that goes back', { observedGeneration: 1 }],
  ['COND014', 'a time that moves without the status', { lastTransitionTime: '2026-01-01T00:20:00Z' }],
  ['COND014', 'a time that goes back without the status', { lastTransitionTime: '2026-01-01T00:00:00Z' }],
  ['COND015', 'a change to before the last one', { status: 'False', lastTransitionTime: '2026-01-01T00:00:00Z' }],
])('%s finds %s', (id, _name, changed) => {
  expect(lint(changed)).toEqual([id]);
});

test('COND013 finds a generation that was forgotten', () => {
  expect(lintTransitions(objectOf([before]), objectOf([forgotten]))).toEqual([
    'COND013: Ready has forgotten its generation 2',
  ]);
});

test('COND016 finds a status whose generation goes back', () => {
  const findings = lintTransitions(objectOf([before]), objectOf([before], { observedGeneration: 1 }));
  expect(findings).toEqual(['COND016: the status went from generation 2 back to 1']);
});

test.each([
  ['nothing has changed', {}],
  ['a message and a reason are new', { message: 'other', reason: 'Other' }],
  ['a generation is newer', { observedGeneration: 3 }],
  ['a status has changed in the second in which it did before', { status: 'False' }],
  ['a status has changed since', { status: 'False', lastTransitionTime: '2026-01-01T00:20:00Z' }],
])('all is well when %s', (_name, changed) => {
  expect(lint(changed)).toEqual([]);
});

test('what comes, goes or is of another object is no transition', () => {
  expect(lintTransitions(objectOf([]), objectOf([before]))).toEqual([]);
  expect(lintTransitions(objectOf([before]), objectOf([]))).toEqual([]);
  expect(lintTransitions(objectOf([before]), objectOf([{ ...before, observedGeneration: 1 }], { uid: '2' }))).toEqual(
    [],
  );
  expect(lintTransitions({ metadata: { name: 'a' } }, objectOf([before], { uid: '1' }))).toEqual([]);
});

test('a condition that first says of which generation it is has forgotten nothing', () => {
  expect(lintTransitions(objectOf([forgotten]), objectOf([before]))).toEqual([]);
});
