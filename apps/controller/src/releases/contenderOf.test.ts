import { expect, test } from '@jest/globals';
import type { MetadataDocument, StatusDocument } from '@stoker/crd-types';
import type { GatewayDraft } from '../reconcile/draft.ts';
import { makeGateway, makeMetadata, makePod, makeRelease, makeStatus } from '../testing/draft.ts';
import { contenderOf } from './contenderOf.ts';

const release = makeRelease();
const behind = makeStatus({ releaseId: 'release-0' });
const at = '2026-01-01T00:00:00Z';

function tell(changes: Partial<MetadataDocument['release']> = {}): Partial<GatewayDraft> {
  return { told: makeMetadata({ release: { ...release, ...changes }, releaseTimes: [at] }) };
}

const asPlan = { profile: { ...release.profile, dryRun: true } };
const planned = (releaseId: string): StatusDocument => ({
  ...behind,
  phase: 'DryRun',
  history: [{ at, commit: release.commit, releaseId, outcome: 'DryRun', changed: 3, durationMs: 1 }],
});
const error = { reason: 'StorageFull', message: 'full', since: at, attempt: 1 };
const stopped = makePod('site-0', { sidecar: { kind: 'notRunning', why: 'Error' } });

test.each<[string, boolean, Partial<GatewayDraft>]>([
  ['was told nothing', false, { status: behind }],
  ['has not completed what it was told', true, { ...tell(), status: behind }],
  ['has not reported yet', true, { ...tell(), status: undefined }],
  ['has completed it', false, { ...tell(), status: makeStatus() }],
  ['has failed', false, { ...tell(), status: { ...behind, error } }],
  ['waits', false, { ...tell(), status: { ...behind, waiting: error } }],
  [
    'has lost its agent',
    false,
    { ...tell(), status: behind, gateway: { ...makeGateway('site-0').gateway, pod: stopped } },
  ],
  ['plans it', true, { ...tell(asPlan), status: planned('release-0') }],
  [
    'has reported its plan of it, which is all that a dry run does',
    false,
    { ...tell(asPlan), status: planned('release-1') },
  ],
])('a gateway that %s holds a place: %s', (_name, isUnderWay, changes) => {
  expect(contenderOf(makeGateway('site-0', changes)).isUnderWay).toBe(isUnderWay);
});
