import { expect, test } from '@jest/globals';
import { StokerError } from '@stoker/errors';
import type { GatewayDraft } from '../reconcile/draft.ts';
import { makeDraft, makeGateway, makeRelease, makeStatus } from '../testing/draft.ts';
import { skewOf } from './skew.ts';

const behind = makeStatus({ commit: 'b'.repeat(40), releaseId: 'release-0' });
const since = '2026-01-01T00:00:00Z';
const held = {
  candidate: { id: 'release-2', ref: 'main', commit: 'a'.repeat(40) },
  gate: 'paused',
  reason: 'Paused',
  message: 'the Stoker is paused',
  since,
};
const planned = {
  at: since,
  commit: 'a'.repeat(40),
  releaseId: 'release-1',
  outcome: 'DryRun',
  changed: 3,
  durationMs: 1,
} as const;
const override = { ref: 'fix', commit: 'b'.repeat(40), error: undefined };
const notAllowed = new StokerError('the pod asks for fix', {
  reason: 'RefOverrideNotAllowed',
  class: 'stalled',
  hint: 'remove the annotation',
});
const overridden = { release: makeRelease({ ref: 'fix', source: 'override' }), held: undefined };

test.each<[string, Partial<GatewayDraft>, string | undefined, string]>([
  ["runs the Stoker's commit", {}, undefined, ''],
  ['has synced nothing yet', { status: undefined }, undefined, ''],
  ['is on its way', { status: behind }, 'Behind', 'runs bbbbbbbb: on its way'],
  [
    'is held',
    { status: behind, decision: { release: makeRelease(), held } },
    'HeldByGate',
    `runs bbbbbbbb: held since ${since}: the Stoker is paused`,
  ],
  [
    'fails',
    { status: { ...behind, phase: 'Failed', error: { reason: 'StorageFull', message: 'full', since, attempt: 1 } } },
    'SyncFailing',
    'runs bbbbbbbb: full',
  ],
  [
    'has profiles that do not work',
    { status: behind, candidateError: new StokerError('no profile', { reason: 'ProfileNotFound', class: 'stalled' }) },
    'SyncFailing',
    'runs bbbbbbbb: no profile',
  ],
  [
    'only plans, as its profile asks',
    {
      status: { ...behind, phase: 'DryRun', history: [planned] },
      decision: { release: makeRelease({ profile: { ...makeRelease().profile, dryRun: true } }), held: undefined },
    },
    'DryRun',
    'runs bbbbbbbb: its profile has dryRun, and changes nothing',
  ],
  [
    'waits for a Designer',
    { status: { ...behind, phase: 'Waiting', waiting: { reason: 'DesignerSessionOpen', message: 'open', since } } },
    'HeldByGate',
    `runs bbbbbbbb: waits since ${since}: open`,
  ],
  [
    'is asked for another ref by its pod',
    { status: behind, override, decision: overridden },
    'RefOverridden',
    'runs bbbbbbbb: its pod asks for fix (stoker.io/ref-override)',
  ],
  [
    'runs the same commit of another ref, by the wish of its pod',
    { override, decision: overridden },
    'RefOverridden',
    'runs aaaaaaaa: its pod asks for fix (stoker.io/ref-override)',
  ],
  [
    'runs the same commit of the ref before',
    { status: makeStatus({ ref: 'before' }) },
    'Behind',
    'runs aaaaaaaa of before: on its way',
  ],
  [
    'runs what its pod asks for',
    { status: makeStatus({ ref: 'fix', commit: 'b'.repeat(40) }), override, decision: overridden },
    'RefOverridden',
    'runs bbbbbbbb of fix: its pod asks for fix (stoker.io/ref-override)',
  ],
  [
    'is refused the ref that its pod asks for',
    { status: behind, override: { ...override, error: notAllowed }, candidateError: notAllowed },
    'RefOverridden',
    'runs bbbbbbbb: the pod asks for fix; remove the annotation',
  ],
])('a gateway that %s: %#', (_name, changes, reason, message) => {
  const skew = skewOf(makeGateway('site-0', changes), makeDraft());
  expect(skew).toEqual(reason === undefined ? undefined : { reason, message });
});

test('no gateway is skewed while nobody knows from what', () => {
  const draft = makeDraft({ ref: { kind: 'pending', commit: undefined } });
  expect(skewOf(makeGateway('site-0', { status: behind }), draft)).toBeUndefined();
});
