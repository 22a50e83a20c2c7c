import { describe, expect, test } from '@jest/globals';
import { StokerError } from '@stoker/errors';
import { touchedBy } from '../../converge/touched.ts';
import { nextAction } from '../nextAction.ts';
import { basisOf, type AgentState } from '../state.ts';
import { describeStatus } from '../statusDocument.ts';
import { agent, applied, commit, document, podUID, release } from '../testing/fixtures.ts';
import { afterAsking, afterFailure, withDocument } from '../transitions.ts';
import { afterRollback, afterRollbackRefused } from './rollbackState.ts';
import { afterEarlierWait, afterRefusedByDesigners, waitedMs } from './sessionWait.ts';
import { afterVerdict } from './verificationState.ts';
import type { Verdict } from './decideVerification.ts';

const now = Date.parse('2026-01-01T00:00:10.000Z');
const identity = { podUID, podName: 'plant-0', agentVersion: '1.2.3' };
const check = { releaseId: 'r2', previousReleaseId: 'r1', touched: touchedBy([]), before: undefined };
const r2 = release({ id: 'r2', commit: '2'.repeat(40) });

/** An agent whose folder holds r2, which is wanted. */
const onR2 = (over: Partial<AgentState> = {}) =>
  agent({ document: document({ release: r2 }), applied: applied('r2'), checkedAtMs: now, ...over });

function judged(next: Verdict['next'], state = onR2()): AgentState {
  const verdict = {
    outcome: 'Failed',
    reason: 'VerificationFailed',
    message: 'in quarantine',
    problems: [],
    next,
  } as const;
  return afterVerdict(state, check, verdict, { nowMs: now, attempt: 0, commit: r2.commit, request: undefined });
}

const takenBack = (state = judged('rollBack')) =>
  afterRollback(state, {
    reverted: { release: { id: 'r1', ref: 'main', commit }, syncedAt: 'before', changed: 3, changes: [], omitted: 0 },
    scan: { outcome: 'Scanned' },
    debt: 'none',
    nowMs: now,
    random: 0.5,
    durationMs: 4,
  });

describe('the history', () => {
  const entry = { at: '2026-01-01T00:00:00Z', commit, outcome: 'Synced', changed: 1, durationMs: 1 } as const;
  const history = [
    { ...entry, releaseId: 'r2' },
    { ...entry, releaseId: 'r1' },
    { ...entry, releaseId: 'r2' },
  ];

  test.each<[string, Verdict, readonly (true | undefined)[]]>([
    [
      'is borne',
      { outcome: 'Verified', reason: undefined, message: 'no problem', problems: [], next: 'done' },
      [true, undefined, undefined],
    ],
    [
      'is only reported bad',
      { outcome: 'Failed', reason: undefined, message: 'bad', problems: [], next: 'done' },
      [undefined, undefined, undefined],
    ],
    [
      'is asked about again',
      { outcome: 'Unknown', reason: undefined, message: 'busy', problems: [], next: { againInMs: 1 } },
      [undefined, undefined, undefined],
    ],
    [
      'is taken back',
      { outcome: 'Failed', reason: undefined, message: 'bad', problems: [], next: 'rollBack' },
      [undefined, undefined, undefined],
    ],
  ])('says of a sync whether it %s', (_what, verdict, expected) => {
    const moment = { nowMs: now, attempt: 0, commit: r2.commit, request: undefined };
    const after = afterVerdict(onR2({ history }), check, verdict, moment);
    expect(after.history.map(({ verified }) => verified)).toEqual(expected);
  });
});

describe('a release that the gateway does not bear', () => {
  test('is synced all the same where it is only reported', () => {
    expect(describeStatus(judged('done'), identity)).toMatchObject({
      phase: 'Synced',
      verification: { releaseId: 'r2', outcome: 'Failed', message: 'in quarantine' },
    });
  });

  test('fails its gateway, and is scanned again when the time has come', () => {
    const state = judged({ againInMs: 5_000 });
    expect(describeStatus(state, identity)).toMatchObject({
      phase: 'Failed',
      error: { reason: 'VerificationFailed', nextAttempt: '2026-01-01T00:00:15.000Z' },
    });
    expect(nextAction(state, now)).toEqual({ kind: 'wait', untilMs: now + 5_000 });
    expect(nextAction(state, now + 5_000)).toMatchObject({ kind: 'askGateway' });
    const unheard = afterAsking(state, undefined, { nowMs: now + 5_000, random: 0.5 });
    expect(nextAction(unheard, now + 5_000)).toEqual({ kind: 'wait', untilMs: now + 7_000 });
    expect(nextAction(judged('fail'), now + 5_000)).toEqual({ kind: 'wait', untilMs: now + 30_000 });
  });

  test('gives way to the next release, and goes before it where it has to be taken back', () => {
    const next = document({ release: release({ id: 'r3' }) });
    expect(nextAction(withDocument(judged('fail'), next), now)).toMatchObject({ kind: 'sync', release: { id: 'r3' } });
    expect(nextAction(withDocument(judged('rollBack'), next), now)).toMatchObject({
      kind: 'rollBack',
      release: { id: 'r2', commit: applied('r2').commit },
    });
  });
});

describe('a release to be taken back', () => {
  test('is taken back next, with a back-off where that fails for a while', () => {
    const state = judged('rollBack');
    expect(nextAction(state, now)).toMatchObject({ kind: 'rollBack', release: { id: 'r2' } });
    const error = new StokerError('held', { reason: 'LockHeld', class: 'waiting' });
    const moment = { basis: basisOf(state), durationMs: 1, nowMs: now, random: 0.5 };
    const failed = afterFailure(state, { release: r2, error, ...moment });
    expect(nextAction(failed, now)).toEqual({ kind: 'wait', untilMs: now + 1_000 });
    expect(nextAction(failed, now + 1_000)).toMatchObject({ kind: 'rollBack' });
  });

  test('leaves the gateway failed on the one before, with the reason, and is not tried again', () => {
    const state = takenBack();
    const status = describeStatus(state, identity);
    expect(status).toMatchObject({ phase: 'Failed', releaseId: 'r1', commit, error: { reason: 'RolledBack' } });
    expect(status?.error?.message).toContain('in quarantine');
    expect(status?.history[0]).toMatchObject({ outcome: 'Failed', reason: 'RolledBack', releaseId: 'r2', changed: 3 });
    for (const laterMs of [0, 3_600_000]) {
      expect(nextAction({ ...state, checkedAtMs: undefined }, now + laterMs)).toEqual({
        kind: 'wait',
        untilMs: undefined,
      });
    }
  });

  test('is tried again when a person asks, or when another release comes', () => {
    const asked = withDocument(takenBack(), document({ release: r2, syncRequest: 'now' }));
    expect(nextAction(asked, now)).toMatchObject({ kind: 'sync', release: { id: 'r2' } });
    const next = withDocument(takenBack(), document({ release: release({ id: 'r3' }) }));
    expect(nextAction(next, now)).toMatchObject({ kind: 'sync', release: { id: 'r3' } });
  });

  test('is synced into an empty folder, whatever was refused before', () => {
    expect(nextAction({ ...takenBack(), applied: undefined }, now)).toMatchObject({ kind: 'sync' });
  });

  test('stays where it cannot be taken back, and the gateway counts as failed', () => {
    const state = afterRollbackRefused(judged('rollBack'), 'no sync is known');
    expect(describeStatus(state, identity)).toMatchObject({
      phase: 'Failed',
      releaseId: 'r2',
      error: { reason: 'RollbackFailed', message: expect.stringContaining('no sync is known') },
    });
    expect(nextAction(state, now)).toMatchObject({ kind: 'wait' });
  });
});

describe('a release that waits for Designers', () => {
  const refuse = (state: AgentState, errorClass: 'waiting' | 'stalled', nowMs: number) => {
    const error = new StokerError('anna (plant)', { reason: 'DesignerSessionOpen', class: errorClass });
    const facts = { release: r2, error, basis: basisOf(state), durationMs: 1, nowMs, tickMs: 0, random: 0.5 };
    return afterRefusedByDesigners(state, facts);
  };
  const before = onR2({ applied: applied('r1') });

  test('is told as waiting since its beginning, and asked for every five seconds', () => {
    const state = refuse(refuse(before, 'waiting', now), 'waiting', now + 5_000);
    const status = describeStatus(state, identity);
    expect(status).toMatchObject({
      phase: 'Waiting',
      waiting: { reason: 'DesignerSessionOpen', message: 'anna (plant)', since: '2026-01-01T00:00:10.000Z' },
      history: [],
    });
    expect(status).not.toHaveProperty('error');
    expect(nextAction(state, now + 10_000)).toMatchObject({ kind: 'sync', release: { id: 'r2' } });
  });

  test('has waited as long when the clock was set back, or another process of the pod goes on', () => {
    const state = refuse(refuse(before, 'waiting', now), 'waiting', now - 3_600_000);
    expect(waitedMs(state, r2, 5_000)).toBe(5_000);
    const said = describeStatus(state, identity);
    const moment = { nowMs: now + 60_000, tickMs: 100 };
    expect(waitedMs(afterEarlierWait(before, said, moment), r2, 200)).toBe(60_100);
    expect(waitedMs(afterEarlierWait(before, said, { ...moment, nowMs: now - 1 }), r2, 200)).toBe(100);
    expect(afterEarlierWait({ ...before, podUID: 'pod-2' }, said, moment).sessionWait).toBeUndefined();
  });

  test('is a failure after that, on record once, and still asked for', () => {
    const state = refuse(refuse(before, 'waiting', now), 'stalled', now + 600_000);
    expect(describeStatus(state, identity)).toMatchObject({
      phase: 'Failed',
      error: { reason: 'DesignerSessionOpen' },
      history: [{ outcome: 'Failed', reason: 'DesignerSessionOpen' }],
    });
    expect(nextAction(state, now + 630_000)).toMatchObject({ kind: 'sync' });
    expect(refuse(state, 'stalled', now + 630_000).history).toHaveLength(1);
  });
});
