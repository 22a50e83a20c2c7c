import { expect, test } from '@jest/globals';
import { StokerError } from '@stoker/errors';
import type { EventRecorder } from '@stoker/kube';
import { createLogger } from '@stoker/logging';
import { PassThrough } from 'node:stream';
import { summarise } from '../conditions/summarise.ts';
import { makeDraft, makeGateway, makeRelease, makeStatus } from '../testing/draft.ts';
import { announce, announceReleases, trimTold } from './announce.ts';
import type { Draft } from './draft.ts';

const now = new Date('2026-01-01T00:00:00Z');
const logger = createLogger({ app: 'test', stream: new PassThrough() });

/** `type reason: note` of what becomes an event when a CR goes from one state to another. */
function newsBetween(before: Draft | undefined, after: Draft): readonly string[] {
  const recorded: string[] = [];
  const occasion = {
    before: before && trimTold(summarise(before, [], now)),
    after: summarise(after, [], now),
    draft: after,
    deps: {
      logger,
      events: {
        record: ({ type, reason, note }: Parameters<EventRecorder['record']>[0]) =>
          recorded.push(`${type} ${reason}: ${note}`),
        stop: async () => undefined,
      },
    },
  };
  announceReleases(occasion);
  announce(occasion);
  return recorded;
}

const released = (names: readonly string[]) => makeDraft({ gateways: names.map((name) => makeGateway(name)) });

test('a release is one event, however many gateways it goes to', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const fresh = makeDraft({
    gateways: names.map((name) => makeGateway(name, { status: undefined })),
    released: names.map((gatewayName) => ({ gatewayName, release: makeRelease() })),
  });
  expect(newsBetween(undefined, fresh)).toEqual([
    'Normal Released: main at aaaaaaaa (release release-1) goes to a, b, c, d, e and 2 more',
  ]);
});

test('what was so before is no news', () => {
  expect(newsBetween(released(['a']), released(['a']))).toEqual([]);
});

test('a gateway that arrives at its release is news, and so is one that fails', () => {
  const error = { reason: 'StorageFull', message: 'no space left', since: now.toISOString(), attempt: 1 };
  const failing = makeDraft({
    gateways: [makeGateway('a', { status: makeStatus({ phase: 'Failed', error }) })],
  });
  expect(newsBetween(released(['a']), failing)).toEqual(['Warning StorageFull: gateway a: no space left']);
  expect(newsBetween(failing, released(['a']))).toEqual(['Normal Synced: gateway a runs aaaaaaaa']);
});

test('a ref that cannot be resolved is one Warning until it fails in another way', () => {
  const failed = (reason: string) => {
    const error = new StokerError('no', { reason, class: 'transient' });
    return { ...released(['a']), ref: { kind: 'failed', commit: undefined, error } as const };
  };
  expect(newsBetween(released(['a']), failed('GitTimeout'))).toHaveLength(1);
  expect(newsBetween(failed('GitTimeout'), failed('GitTimeout'))).toEqual([]);
  expect(newsBetween(failed('GitTimeout'), failed('GitUnreachable'))).toHaveLength(1);
});

test('host keys that nobody checks are one Warning', () => {
  const ssh = { git: { repo: 'git@git.example.com:plant.git', ref: 'main' } };
  const draft = { ...makeDraft({}, ssh), gateways: [] };
  expect(newsBetween(undefined, draft)).toEqual([expect.stringContaining('Warning HostKeyNotChecked')]);
  expect(newsBetween(draft, draft)).toEqual([]);
});

test('gateways that write one volume are a warning each, once', () => {
  const volumeWriters = ['north of plant', 'south of plant'];
  const gateways = ['north', 'south'].map((name) => {
    const draft = makeGateway(name);
    return { ...draft, gateway: { ...draft.gateway, volumeWriters } };
  });
  const conflict = makeDraft({ gateways });
  const warning = expect.stringMatching(
    /^Warning VolumeConflict: gateway (north|south): .*north of plant and south of/,
  );
  expect(newsBetween(released(['north', 'south']), conflict)).toEqual([warning, warning]);
  expect(newsBetween(conflict, conflict)).toEqual([]);
});

test('gateways that a long status lists only now are no news, as far as they run what they ran', () => {
  const names = Array.from({ length: 201 }, (_, index) => `gateway-${index}`);
  const behind = { ...released(names), ref: { kind: 'resolved', commit: 'b'.repeat(40) } as const };
  expect(newsBetween(released(names), behind)).toEqual([]);
  const error = { reason: 'StorageFull', message: 'no space left', since: now.toISOString(), attempt: 1 };
  const failing = makeGateway('gateway-7', { status: makeStatus({ phase: 'Failed', error }) });
  const gateways = behind.gateways.map((one) => (one.gateway.name === 'gateway-7' ? failing : one));
  expect(newsBetween(released(names), { ...behind, gateways })).toEqual([
    'Warning StorageFull: gateway gateway-7: no space left',
  ]);
});
