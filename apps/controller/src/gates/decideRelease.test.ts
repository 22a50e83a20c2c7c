import { describe, expect, test } from '@jest/globals';
import type { Release } from '@stoker/crd-types';
import { decideRelease } from './decideRelease.ts';
import type { Gate, GatewayFacts } from './gate.ts';
import { gates } from './gates.ts';

const now = new Date('2026-01-01T00:00:00Z');

function release(id: string): Release {
  return {
    id,
    repository: 'https://git.example.com/plant.git',
    ref: 'main',
    commit: id.padEnd(40, '0'),
    profileNames: ['site'],
    profile: { mappings: [], excludePatterns: [], vars: {}, syncPeriod: 30, driftPolicy: 'report', dryRun: false },
    source: 'rollout',
  };
}

const override: Release = { ...release('o'), ref: 'fix', source: 'override' };

const unheld: GatewayFacts = {
  gatewayName: 'area-1',
  stokerIsPaused: false,
  pausedProfiles: [],
  conflictingPods: [],
  volumeWriters: [],
  candidate: release('b'),
  dependency: undefined,
  queued: undefined,
  last: release('a'),
  rolledOut: release('a'),
};

const unmet = { reason: 'DependencyNotSynced', message: 'others go first' };

const approval: Gate = {
  name: 'approval',
  newGatewayGets: 'firstCandidate',
  holdsOverrides: false,
  holds: () => ({ reason: 'NotApproved', message: 'waits for an approval' }),
};

describe('what a gateway is meant to run', () => {
  const nothing = { release: undefined, source: undefined, held: undefined };
  const cases: [
    string,
    Partial<GatewayFacts>,
    readonly Gate[],
    { release?: string; source?: string; held?: string },
  ][] = [
    ['the candidate when nothing holds it', {}, gates, { release: 'b', source: 'rollout' }],
    ['its last release while no commit is known', { candidate: undefined }, gates, { release: 'a' }],
    ['its last release while the Stoker is paused', { stokerIsPaused: true }, gates, { release: 'a', held: 'Paused' }],
    [
      'its last release while a profile is paused',
      { pausedProfiles: ['site'] },
      gates,
      { release: 'a', held: 'Paused' },
    ],
    [
      'its last release while two pods have its name',
      { conflictingPods: ['x', 'y'] },
      gates,
      { release: 'a', held: 'GatewayNameConflict' },
    ],
    [
      'its last release while another gateway writes its volume',
      { volumeWriters: ['x of plant', 'y of plant'] },
      gates,
      { release: 'a', held: 'VolumeConflict' },
    ],
    [
      'the last rollout when it is new and paused',
      { last: undefined, stokerIsPaused: true },
      gates,
      { release: 'a', source: 'bootstrap', held: 'Paused' },
    ],
    [
      'nothing when it is new, paused and nothing was ever rolled out',
      { last: undefined, rolledOut: undefined, stokerIsPaused: true },
      gates,
      { held: 'Paused' },
    ],
    [
      'nothing when it is new and two pods have its name',
      { last: undefined, conflictingPods: ['x', 'y'] },
      gates,
      { held: 'GatewayNameConflict' },
    ],
    [
      'the candidate without passing a gate when nothing was ever rolled out',
      { last: undefined, rolledOut: undefined },
      [approval],
      { release: 'b', source: 'bootstrap' },
    ],
    [
      'the last rollout when it is new and the candidate is not approved',
      { last: undefined },
      [approval],
      { release: 'a', source: 'bootstrap', held: 'NotApproved' },
    ],
    [
      'the last rollout when it is new and git is away',
      { last: undefined, candidate: undefined },
      gates,
      { release: 'a', source: 'bootstrap' },
    ],
    [
      'the ref that its pod asks for, whatever is paused',
      { candidate: override, stokerIsPaused: true, pausedProfiles: ['site'] },
      [...gates, approval],
      { release: 'o', source: 'override' },
    ],
    [
      'its last release while another gateway writes its volume, whatever its pod asks for',
      { candidate: override, volumeWriters: ['x of plant', 'y of plant'] },
      gates,
      { release: 'a', held: 'VolumeConflict' },
    ],
    [
      'the candidate once its pod asks for nothing any more',
      { last: override },
      gates,
      { release: 'b', source: 'rollout' },
    ],
    [
      'the same content, no longer by its own wish',
      { last: { ...release('b'), source: 'override' } },
      gates,
      { release: 'b', source: 'rollout' },
    ],
    [
      'what its pod asked for, while the Stoker is paused and it asks for nothing any more',
      { last: override, stokerIsPaused: true },
      gates,
      { release: 'o', source: 'override', held: 'Paused' },
    ],
    [
      'what its dependency has completed, until that has completed the candidate',
      { dependency: { ...unmet, instead: release('m') } },
      gates,
      { release: 'm', source: 'rollout', held: 'DependencyNotSynced' },
    ],
    [
      'its last release while its dependency has completed nothing',
      { dependency: unmet },
      gates,
      { release: 'a', held: 'DependencyNotSynced' },
    ],
    [
      'nothing when it is new, nothing was ever rolled out, and others go first',
      { last: undefined, rolledOut: undefined, dependency: unmet },
      gates,
      { held: 'DependencyNotSynced' },
    ],
    [
      'the candidate when it has its commit already, whatever its dependency has',
      { last: { ...release('x'), commit: release('b').commit }, dependency: { ...unmet, instead: release('m') } },
      gates,
      { release: 'b', source: 'rollout' },
    ],
    [
      'its last release until its turn comes',
      { queued: { reason: 'LimitReached', message: 'waits' } },
      gates,
      { release: 'a', held: 'LimitReached' },
    ],
    [
      'its last release until its turn comes for what its dependency has completed',
      { dependency: { ...unmet, instead: release('m') }, queued: { reason: 'LimitReached', message: 'waits' } },
      gates,
      { release: 'a', held: 'DependencyNotSynced' },
    ],
    [
      'what it has, not held, when the candidate is the same',
      { last: release('b'), stokerIsPaused: true },
      gates,
      { release: 'b' },
    ],
  ];
  test.each(cases)('%s', (_name, changes, among, expected) => {
    const { release: given, held } = decideRelease({ ...unheld, ...changes }, { now, before: undefined }, among);
    const source = expected.source === undefined ? undefined : given?.source;
    expect({ release: given?.id, source, held: held?.reason }).toEqual({ ...nothing, ...expected });
  });
});

test('a hold tells of the gates that hold once the first has let go', () => {
  const facts = { ...unheld, stokerIsPaused: true, dependency: unmet };
  const { release: given, held } = decideRelease(facts, { now, before: undefined }, [...gates, approval]);
  expect(given).toBe(unheld.last);
  expect(held).toMatchObject({
    gate: 'paused',
    others: [
      { gate: 'dependencies', ...unmet },
      { gate: 'approval', reason: 'NotApproved', message: 'waits for an approval' },
    ],
  });
  expect(decideRelease({ ...unheld, dependency: unmet }, { now, before: undefined }).held).not.toHaveProperty('others');
});

test('a hold names the candidate and keeps its time while it is the same hold', () => {
  const facts = { ...unheld, stokerIsPaused: true };
  const { held } = decideRelease(facts, { now, before: undefined });
  expect(held).toMatchObject({ candidate: { id: 'b', ref: 'main' }, gate: 'paused', since: now.toISOString() });
  const later = new Date(now.getTime() + 60_000);
  expect(decideRelease(facts, { now: later, before: held }).held?.since).toBe(now.toISOString());
  const other = decideRelease({ ...facts, candidate: release('c') }, { now: later, before: held });
  expect(other.held?.since).toBe(later.toISOString());
});

test('a release whose commit is found in another repository is read from there, also while it is held', () => {
  const candidate = { ...release('a'), repository: 'https://mirror.example.com/plant.git' };
  for (const stokerIsPaused of [false, true]) {
    const decision = decideRelease({ ...unheld, candidate, stokerIsPaused }, { now, before: undefined });
    expect(decision).toEqual({ release: candidate, held: undefined });
  }
});

test('a release that is already out stays the object it was, whatever its source', () => {
  const last: Release = { ...release('b'), source: 'bootstrap' };
  expect(decideRelease({ ...unheld, last }, { now, before: undefined }).release).toBe(last);
});
