import { expect, test } from '@jest/globals';
import { podSeen } from '@stoker/crd-types';
import type { GatewayDraft } from '../reconcile/draft.ts';
import { commit, makeDraft, makeGateway, makePod, makeRelease, makeStatus } from '../testing/draft.ts';
import { claimsOfGateway } from './ofGateway.ts';

const since = '2026-01-01T00:00:00Z';
const error = { reason: 'StorageFull', message: 'full', since, attempt: 1 };
const dryRun = makeRelease({ profile: { ...makeRelease().profile, dryRun: true } });
const plan = { at: since, commit, releaseId: dryRun.id, outcome: 'DryRun', changed: 1, durationMs: 1 } as const;
const { gateway } = makeGateway('site-0');
const inPod = (why: string) => ({ ...gateway, pod: makePod('site-0', { sidecar: { kind: 'notRunning', why } }) });

/** Type, changes, what it says then. */
test.each<[string, string, Partial<GatewayDraft>, object]>([
  ['Ready', 'is true when it runs its release', {}, { status: 'True', reason: 'Synced' }],
  [
    'Ready',
    'is false on the way',
    { status: makeStatus({ phase: 'Syncing', releaseId: 'release-0' }) },
    { status: 'False', reason: 'Progressing', message: 'syncing aaaaaaaa' },
  ],
  [
    'Ready',
    'is false when it fails, with why',
    { status: makeStatus({ phase: 'Failed', error }) },
    { status: 'False', reason: 'StorageFull', message: 'full' },
  ],
  [
    'Ready',
    'is false for a plan',
    {
      decision: { release: dryRun, held: undefined },
      status: makeStatus({ phase: 'DryRun', releaseId: 'release-0', history: [plan] }),
    },
    { status: 'False', reason: 'DryRun' },
  ],
  [
    'Ready',
    'is false when two pods have its name',
    { gateway: { ...gateway, conflictingPods: ['a', 'b'] } },
    { status: 'False', reason: 'GatewayNameConflict', message: expect.stringContaining('a and b') },
  ],
  ['AgentReady', 'is true once its agent runs and has reported', {}, { status: 'True', reason: 'Succeeded' }],
  [
    'AgentReady',
    'is false before it has reported',
    { status: undefined },
    { status: 'False', reason: 'AgentNotReady', message: 'has not reported yet' },
  ],
  [
    'AgentReady',
    'is false when its agent does not run, whatever it reported',
    { gateway: inPod('CrashLoopBackOff') },
    { status: 'False', reason: 'AgentNotReady', message: 'CrashLoopBackOff' },
  ],
  [
    'AgentReady',
    'tells what of its pod the agent does not see yet',
    {
      gateway: {
        ...gateway,
        pod: makePod('site-0', {
          seen: podSeen({ labels: { line: 'two' }, annotations: { 'stoker.io/ref-override': 'hotfix' } }),
        }),
      },
      status: makeStatus({ seen: podSeen({ annotations: { 'stoker.io/gateway-name': 'site-0' } }) }),
    },
    {
      status: 'True',
      reason: 'Succeeded',
      message: 'runs, and does not see yet: stoker.io/gateway-name, stoker.io/ref-override, labels',
    },
  ],
  ['Drifted', 'is false while it holds what was written', {}, { status: 'False', reason: 'Succeeded' }],
  [
    'Drifted',
    'is true when files were changed in it',
    { status: makeStatus({ drifted: { count: 2, paths: ['a.json', 'b.json'] } }) },
    { status: 'True', reason: 'FilesChangedInGateway', message: expect.stringContaining('a.json, b.json') },
  ],
  ['RefSkew', "is false on the Stoker's commit", {}, { status: 'False', reason: 'Succeeded' }],
  ['RefSkew', 'is unknown before the first sync', { status: undefined }, { status: 'Unknown', reason: 'Progressing' }],
  [
    'RefSkew',
    'is true on another commit',
    { status: makeStatus({ commit: 'b'.repeat(40) }) },
    { status: 'True', reason: 'Behind', message: expect.stringContaining('bbbbbbbb') },
  ],
  [
    'RefSkew',
    'is true on the same commit of another ref',
    { status: makeStatus({ ref: 'before' }) },
    { status: 'True', reason: 'Behind', message: expect.stringContaining('before') },
  ],
])('%s of a gateway %s', (type, _name, changes, expected) => {
  expect(claimsOfGateway(makeGateway('site-0', changes), makeDraft())[type]).toMatchObject(expected);
});
