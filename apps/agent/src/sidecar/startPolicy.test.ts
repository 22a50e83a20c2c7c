import { describe, expect, test } from '@jest/globals';
import { decideStart, newerReleaseWaitMs, type StartFacts } from './startPolicy.ts';

const fresh: StartFacts = {
  policy: 'LastKnownGood',
  startedBefore: false,
  onDisk: undefined,
  wanted: 'r2',
  syncedHere: undefined,
  sinceStartMs: 0,
};
const starts = { start: true, stale: false };
const waits = { start: false, againInMs: undefined };
const late = { sinceStartMs: newerReleaseWaitMs };

describe('the gateway', () => {
  const cases: readonly [string, Partial<StartFacts>, object][] = [
    ['waits for ever with an empty folder', { sinceStartMs: 86_400_000 }, waits],
    ['starts with the first completed sync', { onDisk: 'r2', syncedHere: 'r2' }, starts],
    ['starts at once with its release on disk', { onDisk: 'r2' }, starts],
    ['waits a minute for a newer release', { onDisk: 'r1', sinceStartMs: 20_000 }, { start: false, againInMs: 40_000 }],
    ['starts stale when the newer one did not arrive', { onDisk: 'r1', ...late }, { start: true, stale: true }],
    [
      'starts from disk without an API server',
      { onDisk: 'r1', wanted: undefined, ...late },
      { start: true, stale: true },
    ],
    ['was started before: a restarted agent never holds it up', { startedBefore: true }, starts],
    [
      'under RequireSync waits for a sync, whatever is on disk',
      { policy: 'RequireSync', onDisk: 'r2', ...late },
      waits,
    ],
    ['under RequireSync starts after the sync', { policy: 'RequireSync', onDisk: 'r2', syncedHere: 'r2' }, starts],
    [
      'under RequireSync also passes after a restart of the agent',
      { policy: 'RequireSync', startedBefore: true },
      starts,
    ],
    ['does not start from a sync of an older release', { policy: 'RequireSync', syncedHere: 'r1' }, waits],
  ];

  test.each(cases)('%s', (_sentence, facts, expected) => {
    expect(decideStart({ ...fresh, ...facts })).toEqual(expected);
  });
});
