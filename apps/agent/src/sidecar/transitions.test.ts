import { describe, expect, test } from '@jest/globals';
import { StokerError } from '@stoker/errors';
import { isOutdated } from './flight.ts';
import { debtAfterSync } from './gatewayDebt.ts';
import { noPodFiles } from './podFiles.ts';
import { basisOf, type AgentState } from './state.ts';
import { describeStatus } from './statusDocument.ts';
import { agent, applied, commit, document, podUID, release } from './testing/fixtures.ts';
import { afterAsking, afterFailure, afterOpening, afterSync, withDocument, type SyncDone } from './transitions.ts';

const now = Date.parse('2026-01-01T00:00:10.000Z');
const identity = { podUID, podName: 'plant-0', agentVersion: '1.2.3' };

function done(over: Partial<SyncDone> = {}): SyncDone {
  return {
    release: release(),
    applied: applied(),
    request: undefined,
    labelsHash: noPodFiles.labelsHash,
    last: {
      counts: { added: 2, modified: 0, deleted: 0, unchanged: 0 },
      durationsMs: { fetch: 5 },
      drifted: { count: 0, paths: [] },
    },
    changed: 2,
    durationMs: 7,
    scan: undefined,
    debt: 'none',
    nowMs: now,
    random: 0.5,
    ...over,
  };
}

function fail(state: AgentState, over: { reason?: string; nowMs?: number } = {}): AgentState {
  const { reason = 'GitUnreachable', nowMs = now } = over;
  const error = new StokerError('no route', { reason, class: 'transient', hint: 'wait' });
  return afterFailure(state, { release: release(), error, basis: basisOf(state), durationMs: 3, nowMs, random: 0.5 });
}

describe('a completed sync', () => {
  test('ends a failure and becomes what the folder is said to hold', () => {
    expect(describeStatus(afterSync(fail(agent()), done()), identity)).toEqual({
      schema: 1,
      schemaUnderstood: 1,
      ...identity,
      phase: 'Synced',
      releaseId: 'r1',
      commit,
      ref: 'main',
      syncedAt: '2026-01-01T00:00:00.000Z',
      profileNames: ['site'],
      counts: { added: 2, modified: 0, deleted: 0, unchanged: 0 },
      durationsMs: { fetch: 5 },
      seen: { annotations: {}, labelsHash: noPodFiles.labelsHash },
      history: [
        { at: '2026-01-01T00:00:10.000Z', commit, releaseId: 'r1', outcome: 'Synced', changed: 2, durationMs: 7 },
        expect.objectContaining({ outcome: 'Failed', reason: 'GitUnreachable' }),
      ],
    });
  });

  test('of the same commit under another ref is told under that ref, and is no news', () => {
    const before = afterSync(agent(), done());
    const after = afterSync(before, done({ applied: { ...applied(), ref: 'v1.0.0' }, changed: 0, nowMs: now + 1 }));
    const { ref, ...rest } = describeStatus(after, identity) ?? {};
    expect([ref, rest]).toEqual(['v1.0.0', expect.objectContaining({ syncedAt: applied().syncedAt })]);
    expect(after.history).toEqual(before.history);
  });

  test('that found nothing to do changes nothing in the status', () => {
    const before = afterSync(agent(), done());
    const unchanged = { counts: { added: 0, modified: 0, deleted: 0, unchanged: 2 }, durationsMs: { fetch: 1 } };
    const again = done({ changed: 0, applied: { ...applied(), syncedAt: 'later' }, nowMs: now + 30_000 });
    const after = afterSync(before, { ...again, last: { ...again.last, ...unchanged } });
    expect(describeStatus(after, identity)).toEqual(describeStatus(before, identity));
    expect(after.checkedAtMs).toBe(now + 30_000);
  });

  test('names drift that was kept', () => {
    const drifted = { count: 30, paths: ['a'] };
    const state = afterSync(agent(), done({ last: { ...done().last, drifted } }));
    expect(describeStatus(state, identity)).toMatchObject({ drifted });
  });

  test('of a dry run claims nothing about the folder', () => {
    const planned = release({ profile: { dryRun: true } });
    const state = afterSync(agent({ document: document({ release: planned }) }), done({ release: planned }));
    const status = describeStatus(state, identity);
    expect(status).toMatchObject({ phase: 'DryRun', history: [{ outcome: 'DryRun' }] });
    expect(status).not.toHaveProperty('releaseId');
  });
});

describe('a failed sync', () => {
  test('is told with reason, hint, since when and the next attempt, and leaves what the folder holds', () => {
    expect(describeStatus(fail(agent({ applied: applied('r0') })), identity)).toMatchObject({
      phase: 'Failed',
      releaseId: 'r0',
      error: {
        reason: 'GitUnreachable',
        message: 'no route',
        hint: 'wait',
        since: '2026-01-01T00:00:10.000Z',
        attempt: 1,
        nextAttempt: '2026-01-01T00:00:11.000Z',
      },
    });
  });

  test('that repeats keeps its beginning, counts up, and is one line of history', () => {
    const state = fail(fail(agent()), { nowMs: now + 1000 });
    expect(state.failure).toMatchObject({ sinceMs: now, attempt: 2, nextAttemptMs: now + 3000 });
    expect(state.history).toHaveLength(1);
  });

  test('of a new release starts to count again', () => {
    const state = withDocument(fail(fail(agent())), document({ release: release({ id: 'r2' }) }));
    expect(fail(state).failure?.attempt).toBe(1);
  });

  test('that we cancelled ourselves is none', () => {
    expect(fail(agent({ activity: 'Fetching' }), { reason: 'Cancelled' })).toEqual(agent());
  });
});

describe('the status', () => {
  test('is not written for a document of another pod, or without one', () => {
    expect(describeStatus(agent({ document: document({ podUID: 'pod-2' }) }), identity)).toBeUndefined();
    expect(describeStatus(agent({ document: undefined }), identity)).toBeUndefined();
  });

  test('says that the gateway runs an older release', () => {
    const state = agent({ applied: applied('r0'), startedStaleAtMs: now });
    expect(describeStatus(state, identity)).toMatchObject({ phase: 'Waiting', error: { reason: 'Stale' } });
    expect(describeStatus(afterSync(state, done()), identity)).not.toHaveProperty('error');
  });
});

describe('what the gateway owes', () => {
  const scanned = { outcome: 'Scanned' } as const;
  const refused = { outcome: 'Failed' } as const;

  test.each([
    ['nothing before its first start', { before: 'none', started: false, scan: undefined }, 'none'],
    ['a scan when it was started and does not answer', { before: 'none', started: true, scan: undefined }, 'scan'],
    ['a scan when one failed', { before: 'none', started: true, scan: refused }, 'scan'],
    ['nothing after a scan', { before: 'scan', started: true, scan: scanned }, 'none'],
    ['a restore through other syncs', { before: 'restoreAndScan', started: true, scan: scanned }, 'restoreAndScan'],
    ['no second restore', { before: 'restoreAndScan', started: true, scan: refused, restored: true }, 'scan'],
  ] as const)('is %s', (_sentence, facts, debt) => {
    expect(debtAfterSync({ restored: false, ...facts })).toBe(debt);
  });

  test('is asked for again until it scans', () => {
    const state = agent({ debt: 'scan' });
    const moment = { nowMs: now, random: 0.5 };
    expect(afterAsking(state, undefined, moment)).toMatchObject({ debt: 'scan', askGatewayAtMs: now + 2_000 });
    expect(afterAsking(state, scanned, moment)).toMatchObject({ debt: 'none', scan: scanned });
    let failing = state;
    const delays = Array.from({ length: 8 }, () => {
      failing = afterAsking(failing, refused, moment);
      return failing.askGatewayAtMs - now;
    });
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(afterAsking(failing, scanned, moment)).toMatchObject({ debt: 'none', scanFailure: undefined });
  });

  test('is not asked for sooner because the folder was looked at in between', () => {
    const failing = agent({ debt: 'scan', scanFailure: { sinceMs: now, attempt: 8 }, askGatewayAtMs: now + 60_000 });
    const looked = afterSync({ ...failing, applied: applied() }, done({ changed: 0, debt: 'scan' }));
    expect(looked).toMatchObject({ askGatewayAtMs: now + 60_000, scanFailure: { attempt: 8 } });
  });

  test('is a failure for people until the gateway has scanned, and counts anew for a new release', () => {
    const moment = { nowMs: now, random: 0.5 };
    const synced = afterSync(agent(), done({ debt: 'scan', scan: { outcome: 'Failed', message: '403' } }));
    expect(describeStatus(synced, identity)).toMatchObject({
      phase: 'Failed',
      error: { reason: 'ScanFailed', message: expect.stringContaining('403'), attempt: 1 },
    });
    const again = afterAsking(synced, refused, moment);
    expect(describeStatus(again, identity)?.error).toMatchObject({ attempt: 2 });
    const r2 = release({ id: 'r2' });
    const next = withDocument(again, document({ release: r2 }));
    const failed = afterSync(next, done({ release: r2, debt: 'scan', scan: refused }));
    expect(describeStatus(failed, identity)?.error).toMatchObject({ attempt: 1 });
    expect(describeStatus(afterAsking(failed, scanned, moment), identity)).not.toHaveProperty('error');
  });

  test('is a scan when a restarted agent finished what it was killed in', () => {
    const opened = { recovered: 'finished', release: undefined, syncedAt: undefined } as const;
    expect(afterOpening(agent(), opened, { started: true, firstBootAhead: false }).debt).toBe('scan');
    expect(afterOpening(agent(), opened, { started: false, firstBootAhead: false }).debt).toBe('none');
    expect(afterOpening(agent(), opened, { started: true, firstBootAhead: true }).debt).toBe('restoreAndScan');
    expect(afterOpening(agent(), opened, { started: false, firstBootAhead: true }).debt).toBe('none');
  });

  test('owes a scan also where nothing had to be put right: the last agent may have been killed before it asked for one', () => {
    const started = { started: true, firstBootAhead: false };
    const { id, ref } = applied();
    const whole = { recovered: 'nothing', release: { id, ref, commit }, syncedAt: undefined } as const;
    expect(afterOpening(agent(), whole, started).debt).toBe('scan');
    expect(afterOpening(agent(), { ...whole, release: undefined }, started).debt).toBe('none');
  });
});

describe('a sync under way', () => {
  const newer = document({ release: release({ id: 'r2' }) });

  test.each([
    ['goes on for its release', agent({ activity: 'Fetching' }), false],
    ['is cancelled while it fetches an older release', agent({ activity: 'Fetching', document: newer }), true],
    ['is cancelled while it merely looks whether an older release is intact', agent({ document: newer }), true],
    ['is finished once it writes files', agent({ activity: 'Syncing', document: newer }), false],
    ['is cancelled when another pod took over', agent({ document: document({ podUID: 'pod-2' }) }), true],
    ['is cancelled when its document went', agent({ document: undefined }), true],
  ])('%s', (_sentence, state, expected) => {
    expect(isOutdated(state, 'r1')).toBe(expected);
  });
});
