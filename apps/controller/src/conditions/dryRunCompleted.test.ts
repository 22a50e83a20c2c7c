import { expect, test } from '@jest/globals';
import type { StatusDocument } from '@stoker/crd-types';
import { makeDraft, makeGateway, makeRelease, makeStatus } from '../testing/draft.ts';
import { dryRunCompleted } from './dryRunCompleted.ts';

const release = makeRelease();
const asking = { release: { ...release, profile: { ...release.profile, dryRun: true } }, held: undefined };
const planned = (releaseId: string): StatusDocument =>
  makeStatus({
    phase: 'DryRun',
    history: [{ at: '2026-01-01T00:00:00Z', commit: 'c', releaseId, outcome: 'DryRun', changed: 7, durationMs: 5 }],
  });
const claim = (...statuses: (StatusDocument | undefined)[]) =>
  dryRunCompleted(
    makeDraft({
      gateways: statuses.map((status, index) => makeGateway(`site-${index}`, { status, decision: asking })),
    }),
  );

test('says nothing while no profile asks for a dry run', () => {
  expect(dryRunCompleted(makeDraft())).toBeUndefined();
});

test('names the gateways that have not reported on this release', () => {
  expect(claim(planned('release-1'), planned('release-0'), undefined)).toEqual({
    status: 'False',
    reason: 'Progressing',
    message: 'not reported yet: site-1, site-2',
  });
});

test('is true once each has reported, and tells how much would change', () => {
  expect(claim(planned('release-1'), planned('release-1'))).toEqual({
    status: 'True',
    reason: 'Succeeded',
    message: 'reported what would change: site-0 (7 files), site-1 (7 files)',
  });
});
