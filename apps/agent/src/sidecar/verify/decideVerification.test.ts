import { describe, expect, test } from '@jest/globals';
import { decideVerification, type Finding, type VerificationFacts } from './decideVerification.ts';

const problem = (isNew: boolean, subject = 'com.example') => ({
  kind: 'module' as const,
  subject,
  message: 'in quarantine: Certificate rejected',
  isNew,
});
const found = (...problems: ReturnType<typeof problem>[]): Finding => ({
  kind: 'problems',
  problems,
  hasBaseline: true,
});
const silent = (mayPass: boolean): Finding => ({ kind: 'silent', message: 'it does not answer', mayPass });

function decide(over: Partial<VerificationFacts>) {
  return decideVerification({ finding: found(), policy: 'report', attempt: 0, canGoBack: true, ...over });
}

const policies = ['report', 'retry', 'rollback'] as const;

describe('new problems', () => {
  test.each([
    ['report', 0, true, 'done'],
    ['retry', 0, true, { againInMs: 5_000 }],
    ['retry', 1, true, { againInMs: 15_000 }],
    ['retry', 2, true, { againInMs: 45_000 }],
    ['retry', 3, true, 'fail'],
    ['rollback', 0, true, 'rollBack'],
    ['rollback', 0, false, 'fail'],
  ] as const)('by policy %s after %d attempts, with a release before: %s', (policy, attempt, canGoBack, next) => {
    const verdict = decide({ finding: found(problem(true)), policy, attempt, canGoBack });
    expect(verdict).toMatchObject({ outcome: 'Failed', reason: 'VerificationFailed', next });
    expect(verdict.message).toContain('module com.example: in quarantine: Certificate rejected');
  });

  test('are named, a few of many', () => {
    const many = Array.from({ length: 30 }, (_, n) => problem(true, `module-${n}`));
    const { message, problems } = decide({ finding: found(...many) });
    expect([problems.length, message.match(/module-\d+/g)?.length]).toEqual([20, 5]);
    expect(message).toContain('and 15 more');
  });
});

describe.each(policies)('by policy %s', (policy) => {
  test('nothing follows from problems that were there before, and they are told', () => {
    const verdict = decide({ policy, finding: found(problem(false)) });
    expect(verdict).toMatchObject({ outcome: 'Verified', next: 'done', problems: [problem(false)] });
    expect(verdict.message).toContain('Certificate rejected');
  });

  test('a gateway without a problem is verified', () => {
    expect(decide({ policy })).toMatchObject({ outcome: 'Verified', reason: undefined, problems: [], next: 'done' });
  });

  test('a gateway that says nothing is asked again a few times, and never a reason to go back', () => {
    const nexts = [0, 1, 2, 3].map((attempt) => decide({ policy, attempt, finding: silent(true) }).next);
    expect(nexts).toEqual([{ againInMs: 5_000 }, { againInMs: 15_000 }, { againInMs: 45_000 }, 'done']);
    expect(decide({ policy, finding: silent(false) })).toMatchObject({
      outcome: 'Unknown',
      reason: 'VerificationUnknown',
      next: 'done',
    });
  });

  test('problems of a gateway that was not asked before prove nothing', () => {
    const finding: Finding = { kind: 'problems', problems: [problem(false)], hasBaseline: false };
    expect(decide({ policy, finding })).toMatchObject({ outcome: 'Unknown', next: 'done' });
  });
});
