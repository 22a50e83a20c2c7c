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

const unheld: GatewayFacts = {
  gatewayName: 'area-1',
  stokerIsPaused: false,
  pausedProfiles: [],
  conflictingPods: [],
  candidate: release('b'),
  last: release('a'),
  rolledOut: release('a'),
};

const approval: Gate = {
  name: 'approval',
  newGatewayGets: 'firstCandidate',
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
