import { expect, test } from '@jest/globals';
import { makeDraft, makeGateway, makeStatus } from '../testing/draft.ts';
import { gatewayEntries } from './gatewayEntries.ts';

test('the last five syncs of a gateway are in the status, whole, with their time in whole milliseconds', () => {
  const history = [9, 8, 7, 6, 5, 4, 3].map((minute) => ({
    at: `2026-01-01T00:0${minute}:00Z`,
    commit: 'a'.repeat(40),
    releaseId: `release-${minute}`,
    outcome: 'Failed' as const,
    changed: minute,
    durationMs: 12.6,
    reason: 'StorageFull',
  }));
  const draft = makeDraft({ gateways: [makeGateway('site-0', { status: makeStatus({ history }) })] });
  const [entry] = gatewayEntries(draft, new Date('2026-01-01T01:00:00Z'));
  expect(entry?.history?.map(({ changed }) => changed)).toEqual([9, 8, 7, 6, 5]);
  expect(entry?.history?.[0]).toEqual({
    at: '2026-01-01T00:09:00Z',
    commit: 'a'.repeat(40),
    outcome: 'Failed',
    changed: 9,
    durationMs: 13,
    reason: 'StorageFull',
  });
});
