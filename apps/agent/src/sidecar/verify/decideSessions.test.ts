import { expect, test } from '@jest/globals';
import { decideSessions, sessionWaitMs, type SessionFacts, type SessionPolicy } from './decideSessions.ts';

const anna = { user: 'anna', project: 'plant' };
const elsewhere = { user: 'ben', project: 'other' };
const silent = { silent: 'it does not answer' };
const early = 599_999;
const late = 600_000;

function decide(policy: SessionPolicy, answer: SessionFacts['answer'], waitedMs = 0): string {
  const verdict = decideSessions({ policy, projects: ['plant'], answer, waitedMs, limitMs: sessionWaitMs });
  if ('editing' in verdict) return `goes on past ${verdict.editing.map(({ user }) => user).join() || 'nobody'}`;
  const { class: errorClass, reason } = verdict.refusal;
  return `${errorClass}: ${reason}`;
}

test.each([
  ['proceed', [], 0, 'goes on past nobody'],
  ['proceed', [anna], 0, 'goes on past anna'],
  ['proceed', silent, 0, 'goes on past nobody'],
  ['wait', [elsewhere], 0, 'goes on past nobody'],
  ['wait', [anna], early, 'waiting: DesignerSessionOpen'],
  ['wait', [anna], late, 'stalled: DesignerSessionOpen'],
  ['wait', silent, early, 'waiting: DesignerSessionsUnknown'],
  ['wait', silent, late, 'goes on past nobody'],
  ['fail', [elsewhere], 0, 'goes on past nobody'],
  ['fail', [anna], 0, 'stalled: DesignerSessionOpen'],
  ['fail', silent, late, 'stalled: DesignerSessionsUnknown'],
] as const)('by policy %s with %j after %d ms a sync %s', (policy, answer, waitedMs, expected) => {
  expect(decide(policy, answer, waitedMs)).toBe(expected);
});

test('a refusal names each user with the project, once', () => {
  const answer = [anna, anna, { user: 'cleo', project: 'plant' }, elsewhere];
  const verdict = decideSessions({ policy: 'fail', projects: ['plant'], answer, waitedMs: 0, limitMs: sessionWaitMs });
  expect('refusal' in verdict && verdict.refusal.message).toMatch(/: anna \(plant\), cleo \(plant\)$/);
});
