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

const failed = (name: string, message: string) => {
  const error = { reason: 'VerificationFailed', message, since: '2026-01-01T00:00:00Z', attempt: 1 };
  return makeGateway(name, { status: makeStatus({ phase: 'Failed', commit: 'b'.repeat(40), error }) });
};

test('whatever gateways report, the entries of one Stoker fit into one object', () => {
  const gateways = Array.from({ length: 300 }, (_, index) =>
    failed(`site-${index}`, `${index} is worse. `.repeat(300)),
  );
  const entries = gatewayEntries(makeDraft({ gateways }), new Date('2026-01-01T01:00:00Z'));
  expect(entries.length).toBeGreaterThan(100);
  expect(Buffer.byteLength(JSON.stringify(entries))).toBeLessThan(800_000);
});

test('a gateway that reports without end takes no room from the others', () => {
  const endless = makeGateway('site-0', { status: makeStatus({ ref: 'x'.repeat(900_000) }) });
  const gateways = [endless, failed('site-1', 'y'.repeat(900_000)), makeGateway('site-2')];
  const entries = gatewayEntries(makeDraft({ gateways }), new Date('2026-01-01T01:00:00Z'));
  expect(entries.map(({ name }) => name)).toEqual(['site-1', 'site-2']);
  expect(entries[0]?.error?.message).toMatch(/^y{1000,1100}…$/);
});
