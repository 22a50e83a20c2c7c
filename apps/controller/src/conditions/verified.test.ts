import { expect, test } from '@jest/globals';
import type { StatusDocument } from '@stoker/crd-types';
import { completedReleaseId } from '../gateways/completedRelease.ts';
import { gatewayEntries } from '../gateways/gatewayEntries.ts';
import { gatewayState } from '../gateways/gatewayState.ts';
import { makeDraft, makeGateway, makeStatus } from '../testing/draft.ts';
import { verified } from './verified.ts';

const at = '2026-01-01T00:00:00Z';
const verification = (over: Partial<NonNullable<StatusDocument['verification']>> = {}) => ({
  releaseId: 'release-1',
  outcome: 'Verified' as const,
  message: 'the gateway reports no problem',
  problems: [],
  at,
  ...over,
});
const failed = { outcome: 'Failed', reason: 'VerificationFailed', message: 'module x: in quarantine' } as const;
const unknown = { outcome: 'Unknown', reason: 'VerificationUnknown', message: 'no API key' } as const;
const gateway = (name: string, status: Partial<StatusDocument>) => makeGateway(name, { status: makeStatus(status) });
const error = (reason: string) => ({ reason, message: 'module x: in quarantine', since: at, attempt: 1 });

test.each([
  ['nothing while no gateway was asked', [gateway('a', {})], undefined],
  [
    'nothing of a release that is no longer there',
    [gateway('a', { verification: verification({ ...failed, releaseId: 'release-0' }) })],
    undefined,
  ],
  [
    'that all is well',
    [gateway('a', { verification: verification() })],
    { status: 'True', reason: 'Succeeded', message: 'gateways report no problem' },
  ],
  [
    'whom nobody could ask',
    [gateway('a', { verification: verification() }), gateway('b', { verification: verification(unknown) })],
    { status: 'Unknown', reason: 'VerificationUnknown', message: 'b: no API key' },
  ],
  [
    'first of all the words of a gateway with new problems',
    [gateway('a', { verification: verification(unknown) }), gateway('b', { verification: verification(failed) })],
    { status: 'False', reason: 'VerificationFailed', message: 'b: module x: in quarantine' },
  ],
  [
    'that a release was taken back, also when a new agent no longer knows why',
    [gateway('a', { phase: 'Failed', error: error('RolledBack') })],
    { status: 'False', reason: 'RolledBack', message: 'a: module x: in quarantine' },
  ],
])('the condition says %s', (_what, gateways, claim) => {
  expect(verified(makeDraft({ gateways }))).toEqual(claim);
});

test.each(['VerificationFailed', 'RollbackFailed', 'RolledBack'])(
  'a gateway with %s does not count as synced',
  (reason) => {
    const draft = gateway('a', { phase: 'Failed', error: error(reason), verification: verification(failed) });
    expect(gatewayState(draft)).toMatchObject({ kind: 'failed', reason, needsPerson: true });
  },
);

test('a gateway that will be asked again is on its way, and needs nobody', () => {
  const again = { ...error('VerificationFailed'), nextAttempt: at };
  expect(gatewayState(gateway('a', { error: again }))).toMatchObject({ kind: 'failed', needsPerson: false });
});

test('no other gateway begins with a release that one did not bear', () => {
  const bad = makeStatus({ phase: 'Failed', error: error('VerificationFailed') });
  expect([completedReleaseId(bad), completedReleaseId(makeStatus())]).toEqual([undefined, 'release-1']);
});

test('a gateway whose release waits for a Designer is held, with the names, and no failure', () => {
  const waiting = { reason: 'DesignerSessionOpen', message: 'open: anna (plant)', since: at };
  const draft = gateway('a', { phase: 'Waiting', releaseId: 'release-0', waiting });
  expect(gatewayState(draft)).toEqual({ kind: 'progressing', message: 'waits: open: anna (plant)' });
  expect(gatewayEntries(makeDraft({ gateways: [draft] }), new Date(at))[0]).toMatchObject({
    phase: 'Waiting',
    held: { gate: 'designerSessions', ...waiting },
  });
});

test('who was editing what changed all the same is named once', () => {
  const session = { user: 'anna', project: 'plant' };
  const gateways = [gateway('a', { designerSessions: [session, session] })];
  const [entry] = gatewayEntries(makeDraft({ gateways }), new Date(at));
  expect(entry?.designerSessions).toEqual(['anna (plant)']);
});
