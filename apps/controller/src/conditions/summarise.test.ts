import { describe, expect, test } from '@jest/globals';
import { StokerError } from '@stoker/errors';
import { findCondition, lintConditions } from '@stoker/kube';
import type { Draft } from '../reconcile/draft.ts';
import { makeDraft, makeGateway, makePod, makeRelease, makeStatus } from '../testing/draft.ts';
import { summarise } from './summarise.ts';

const now = new Date('2026-01-01T01:00:00Z');

/** `Type=Status:Reason` of every condition. */
function said(draft: Draft, failures: Parameters<typeof summarise>[1] = []): readonly string[] {
  const status = summarise(draft, failures, now);
  const object = { ...draft.stoker, status };
  expect(lintConditions(object)).toEqual([]);
  return (status.conditions ?? []).map((condition) => `${condition.type}=${condition.status}:${condition.reason}`);
}

const refNotFound = new StokerError('there is no branch or tag nowhere', { reason: 'RefNotFound', class: 'stalled' });
const unreachable = new StokerError('no connection', { reason: 'GitUnreachable', class: 'transient' });
const noProfile = new StokerError('there is no SyncProfile x', { reason: 'ProfileNotFound', class: 'stalled' });
const scanFailed = {
  reason: 'ScanFailed',
  message: 'the files are in place, but the gateway did not scan them: it does not know the API token (401)',
  since: '2026-01-01T00:00:00Z',
  attempt: 3,
};
const held = {
  candidate: { id: 'release-2', ref: 'main', commit: 'b'.repeat(40) },
  gate: 'paused',
  reason: 'Paused',
  message: 'paused',
  since: '2026-01-01T00:00:00Z',
};

describe('what a CR says', () => {
  test.each<[string, Draft, readonly string[]]>([
    [
      'when its gateway runs its release',
      makeDraft(),
      [
        'Ready=True:Synced',
        'RefResolved=True:Succeeded',
        'AllGatewaysSynced=True:Synced',
        'AgentReady=True:Succeeded',
        'SidecarInjected=True:Succeeded',
        'Drifted=False:Succeeded',
        'RefSkew=False:Succeeded',
      ],
    ],
    [
      'without gateways',
      makeDraft({ gateways: [] }),
      ['Ready=True:NoGateways', 'AllGatewaysSynced=Unknown:NoGateways', 'AgentReady=Unknown:NoGateways'],
    ],
    [
      'while a gateway is under way',
      makeDraft({
        gateways: [makeGateway('site-0', { status: makeStatus({ phase: 'Syncing', releaseId: 'release-0' }) })],
      }),
      ['Ready=False:Progressing', 'Reconciling=True:Progressing', 'AllGatewaysSynced=False:Progressing'],
    ],
    [
      'while an agent has not reported',
      makeDraft({ gateways: [makeGateway('site-0', { status: undefined })] }),
      ['Ready=False:Progressing', 'Reconciling=True:Progressing', 'AgentReady=False:AgentNotReady'],
    ],
    [
      'when an agent fails',
      makeDraft({
        gateways: [
          makeGateway('site-0', {
            status: makeStatus({
              phase: 'Failed',
              error: { reason: 'StorageFull', message: 'full', since: '2026-01-01T00:00:00Z', attempt: 1 },
            }),
          }),
        ],
      }),
      ['Ready=False:GatewayFailed', 'Reconciling=True:GatewayFailed', 'AllGatewaysSynced=False:GatewayFailed'],
    ],
    [
      'when a gateway refuses to scan its release',
      makeDraft({
        gateways: [makeGateway('site-0', { status: makeStatus({ phase: 'Failed', error: scanFailed }) })],
      }),
      ['Ready=False:GatewayFailed', 'Reconciling=True:GatewayFailed', 'AllGatewaysSynced=False:GatewayFailed'],
    ],
    [
      'while gateways run different commits',
      makeDraft({ gateways: [makeGateway('a'), makeGateway('b', { status: makeStatus({ commit: 'b'.repeat(40) }) })] }),
      ['RefSkew=True:Behind'],
    ],
    [
      'when the ref does not exist',
      makeDraft({ ref: { kind: 'failed', commit: undefined, error: refNotFound } }),
      ['Ready=False:RefNotFound', 'Stalled=True:RefNotFound', 'RefResolved=False:RefNotFound'],
    ],
    [
      'while git is away',
      makeDraft({ ref: { kind: 'failed', commit: 'a'.repeat(40), error: unreachable } }),
      [
        'Ready=False:GitUnreachable',
        'Reconciling=True:GitUnreachable',
        'RefResolved=False:GitUnreachable',
        'AllGatewaysSynced=True:Synced',
      ],
    ],
    [
      'while the ref is asked for',
      makeDraft({ ref: { kind: 'pending', commit: undefined } }),
      ['Ready=False:Progressing', 'RefResolved=Unknown:Progressing'],
    ],
    [
      'when a gateway names a profile that is not there',
      makeDraft({ gateways: [makeGateway('site-0', { candidateError: noProfile })] }),
      ['Ready=False:ProfileNotFound', 'Stalled=True:ProfileNotFound', 'AllGatewaysSynced=False:ProfileNotFound'],
    ],
    [
      'when two pods share a name',
      makeDraft({
        gateways: [
          makeGateway('a', {
            gateway: { name: 'a', pod: makePod('a'), profileNames: [], volumeWriters: [], conflictingPods: ['a', 'b'] },
          }),
        ],
      }),
      ['Ready=False:GatewayNameConflict', 'Stalled=True:GatewayNameConflict'],
    ],
    [
      'when it is paused and holds something back',
      makeDraft(
        { gateways: [makeGateway('site-0', { decision: { release: makeRelease(), held } })] },
        { paused: true },
      ),
      ['Ready=True:Paused', 'AllGatewaysSynced=True:Synced'],
    ],
    [
      'when a pod lacks the agent',
      makeDraft({ missingSidecars: ['site-1'] }),
      ['Ready=True:Synced', 'SidecarInjected=False:SidecarMissing'],
    ],
    [
      'when files were changed in a gateway',
      makeDraft({
        gateways: [makeGateway('site-0', { status: makeStatus({ drifted: { count: 1, paths: ['a.json'] } }) })],
      }),
      ['Ready=True:Synced', 'Drifted=True:FilesChangedInGateway'],
    ],
    [
      'when the container of an agent waits',
      makeDraft({
        gateways: [
          makeGateway('a', {
            gateway: {
              name: 'a',
              pod: makePod('a', { sidecar: { kind: 'notRunning', why: 'ImagePullBackOff' } }),
              profileNames: [],
              conflictingPods: [],
              volumeWriters: [],
            },
          }),
        ],
      }),
      ['AgentReady=False:AgentNotReady'],
    ],
  ])('%s', (_name, draft, expected) => {
    expect(said(draft)).toEqual(expect.arrayContaining([...expected]));
  });

  test('never that it is both on its way and stalled', () => {
    const all = said(
      makeDraft({
        ref: { kind: 'failed', commit: undefined, error: refNotFound },
        gateways: [makeGateway('a', { status: undefined })],
      }),
    );
    expect(all.filter((text) => /^(Reconciling|Stalled)=/.test(text))).toEqual(['Stalled=True:RefNotFound']);
  });

  test('about host keys only for SSH, and that they are not checked', () => {
    const ssh = {
      git: {
        repo: 'git@git.example.com:plant.git',
        ref: 'main',
        auth: { sshKey: { secretRef: { name: 'key', key: 'ssh' } } },
      },
    };
    expect(said(makeDraft({}, ssh))).toContain('HostKeyVerified=False:HostKeyNotChecked');
    expect(said(makeDraft()).some((text) => text.startsWith('HostKeyVerified'))).toBe(false);
  });

  test('when the API server refused a write: why, and that it goes on', () => {
    const error = Object.assign(new Error('forbidden'), { reason: 'Forbidden' });
    const all = said(makeDraft(), [{ step: 'publishAccess', reason: 'Forbidden', error, halts: false }]);
    expect(all).toEqual(expect.arrayContaining(['Ready=False:Forbidden', 'Reconciling=True:Forbidden']));
  });
});

test.each<[string, Draft['ref']]>([
  ['where it was found', { kind: 'resolved', commit: 'a'.repeat(40) }],
  ['where it was never found', { kind: 'failed', commit: undefined, error: refNotFound }],
  ['where it was found once', { kind: 'failed', commit: 'a'.repeat(40), error: refNotFound }],
  ['where git was away', { kind: 'failed', commit: undefined, error: unreachable }],
])('a restart keeps what was said about the ref until the git server answers, %s', (_where, ref) => {
  const before = summarise(makeDraft({ ref }), [], new Date('2026-01-01T00:00:00Z'));
  const restarted = makeDraft({ ref: { kind: 'pending', commit: ref.commit } }, {}, before);
  expect(summarise(restarted, [], now)).toEqual(before);
});

test.each<[string, Partial<Draft>, string]>([
  ['of another ref', { target: { kind: 'spec', ref: 'next' } }, 'RefNotFound'],
  ['of a Secret that is there by now', {}, 'SecretNotFound'],
])('what was said %s is over once git is asked', (_what, changes, reason) => {
  const error = new StokerError('it is not there', { reason, class: 'stalled' });
  const before = summarise(makeDraft({ ref: { kind: 'failed', commit: undefined, error } }), [], now);
  const { conditions } = summarise(
    makeDraft({ ref: { kind: 'pending', commit: undefined }, ...changes }, {}, before),
    [],
    now,
  );
  expect(findCondition(conditions, 'RefResolved')).toMatchObject({ status: 'Unknown' });
  expect(findCondition(conditions, 'Stalled')).toBeUndefined();
});

test('an unusable spec leaves what gateways last reported in place', () => {
  const before = summarise(makeDraft(), [], now);
  const error = new StokerError('Stoker "plant" cannot be used', { reason: 'InvalidResource', class: 'stalled' });
  const after = summarise(
    makeDraft({}, {}, before),
    [{ step: 'loadSpec', reason: 'InvalidResource', error, halts: true }],
    now,
  );
  expect(after.discoveredGateways).toEqual(before.discoveredGateways);
  expect(after.conditions).toContainEqual(
    expect.objectContaining({ type: 'Stalled', status: 'True', reason: 'InvalidResource' }),
  );
});

test('a scan that a gateway refused is said in its own words, and the gateway is not counted as synced', () => {
  const refused = makeGateway('site-0', { status: makeStatus({ phase: 'Failed', error: scanFailed }) });
  const { conditions, synced, discoveredGateways } = summarise(makeDraft({ gateways: [refused] }), [], now);
  expect(findCondition(conditions ?? [], 'AllGatewaysSynced')?.message).toBe(`site-0: ${scanFailed.message}`);
  expect(synced).toBe('0/1');
  expect(discoveredGateways).toMatchObject([{ phase: 'Failed', error: { reason: 'ScanFailed' } }]);
});

test('a requested ref is named with who asked and until when', () => {
  const target = { kind: 'requested', ref: 'v2', by: 'github', expiresAt: new Date('2026-01-08T00:00:00Z') } as const;
  const status = summarise(makeDraft({ target }), [], now);
  expect(status).toMatchObject({ ref: 'v2', requestedRef: 'v2' });
  const message = status.conditions?.find(({ type }) => type === 'RefResolved')?.message;
  expect(message).toContain('by github');
  expect(message).toContain('2026-01-08');
});

test('a requested ref that does not exist is named with the way out', () => {
  const target = { kind: 'requested', ref: 'v9', by: 'github', expiresAt: new Date('2026-01-08T00:00:00Z') } as const;
  const failed = makeDraft({ target, ref: { kind: 'failed', commit: undefined, error: refNotFound } });
  const message = findCondition(summarise(failed, [], now).conditions ?? [], 'RefResolved')?.message;
  expect(message).toContain('annotation stoker.io/requested-ref v9: there is no branch or tag nowhere');
  expect(message).toContain('remove the annotation to follow spec.git.ref main again');
});

test('above 200 gateways only those that are not synced are listed, and all are counted', () => {
  const gateways = Array.from({ length: 250 }, (_, index) => makeGateway(`g${index}`));
  gateways[7] = makeGateway('g7', { status: undefined });
  const status = summarise(makeDraft({ gateways }), [], now);
  expect(status).toMatchObject({ gatewayCount: 250, syncedGateways: 249, synced: '249/250' });
  expect(status.discoveredGateways?.map(({ name }) => name)).toEqual(['g7']);
});

test('a gateway that the status has no room to list is told of where it runs another commit', () => {
  const error = { reason: 'StorageFull', message: 'full', since: '2026-01-01T00:00:00Z', attempt: 1 };
  const names = Array.from({ length: 320 }, (_, index) => `site-${String(index).padStart(3, '0')}`);
  const failing = names.map((name) => makeGateway(name, { status: makeStatus({ phase: 'Failed', error }) }));
  const behind = makeGateway('zone-0', { status: makeStatus({ commit: 'b'.repeat(40) }) });
  const { discoveredGateways, conditions } = summarise(makeDraft({ gateways: [...failing, behind] }), [], now);
  expect(discoveredGateways?.map(({ name }) => name)).not.toContain('zone-0');
  expect(findCondition(conditions, 'RefSkew')).toMatchObject({
    status: 'True',
    message: 'zone-0 runs bbbbbbbb: on its way',
  });
});
