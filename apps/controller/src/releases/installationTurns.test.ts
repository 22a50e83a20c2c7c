import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Contender } from './assignTurns.ts';
import { createInstallationTurns, type InstallationTurns } from './installationTurns.ts';

const now = new Date('2026-01-01T12:00:00Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);

function contender(name: string, changes: Partial<Contender> = {}): Contender {
  return { name, wants: true, isUnderWay: false, releaseTimes: [ago(3600)], ...changes };
}

const underWay = (name: string) => contender(name, { wants: false, isUnderWay: true, releaseTimes: [ago(90)] });
const done = (name: string) => contender(name, { wants: false });

let woken: string[];
let stokers: string[];
let documented: Record<string, readonly Contender[]>;

beforeEach(() => {
  woken = [];
  stokers = [];
  documented = {};
});

function open(limits: { maxConcurrentSyncs?: number; maxSyncsPerMinute?: number }): InstallationTurns {
  return createInstallationTurns({
    limits,
    stokers: () => stokers,
    documented: (key) => documented[key] ?? [],
    onTurn: (key) => woken.push(key),
    now: () => now,
  });
}

const queuedOf = (turns: InstallationTurns, key: string, ...contenders: Contender[]) => [
  ...turns.take(key, contenders, now).queued.keys(),
];

test('without limits nobody waits, and nothing is remembered', () => {
  const turns = open({});
  expect(queuedOf(turns, 'a/one', contender('x'), contender('y'))).toEqual([]);
});

describe('with one place', () => {
  let turns: InstallationTurns;
  beforeEach(() => {
    turns = open({ maxConcurrentSyncs: 1 });
  });

  test('two gateways of one name in two Stokers are two', () => {
    expect(queuedOf(turns, 'a/one', contender('x'))).toEqual([]);
    expect(queuedOf(turns, 'b/one', contender('x'))).toEqual(['x']);
  });

  test('says which setting it is', () => {
    turns.take('a/one', [underWay('x')], now);
    expect(turns.take('b/one', [contender('y')], now).queued.get('y')).toEqual({
      reason: 'LimitReached',
      message: "waits for its turn: the controller's --max-concurrent-syncs is 1",
    });
  });

  test('whoever waits longest goes first, whatever Stoker asks next', () => {
    turns.take('a/one', [underWay('x')], now);
    turns.take('b/old', [contender('old', { releaseTimes: [ago(9000)] })], now);
    expect(queuedOf(turns, 'c/young', contender('young'))).toEqual(['young']);
    turns.take('a/one', [done('x')], now);
    expect(woken).toEqual(['b/old']);
    expect(queuedOf(turns, 'c/young', contender('young'))).toEqual(['young']);
    expect(queuedOf(turns, 'b/old', contender('old', { releaseTimes: [ago(9000)] }))).toEqual([]);
  });

  test.each<[string, (given: InstallationTurns) => void]>([
    ['completes or fails', (given) => given.take('a/one', [done('x')], now)],
    ['is gone with its Stoker', (given) => given.forget('a/one')],
  ])('one that %s makes room for the next', (_how, end) => {
    turns.take('a/one', [contender('x')], now);
    turns.take('b/two', [contender('y')], now);
    expect(woken).toEqual([]);
    end(turns);
    expect(woken).toEqual(['b/two']);
    expect(queuedOf(turns, 'b/two', contender('y'))).toEqual([]);
  });

  test('a Stoker that cannot go on holds nobody back, and keeps the places of those under way', () => {
    turns.take('a/one', [underWay('x')], now);
    turns.take('b/broken', [contender('y', { releaseTimes: [] })], now);
    turns.take('c/two', [contender('z')], now);
    turns.withdraw('b/broken');
    expect(woken).toEqual([]);
    turns.withdraw('a/one');
    expect(woken).toEqual([]);
    turns.take('a/one', [done('x')], now);
    expect(woken).toEqual(['c/two']);
  });

  test('after a start, Stokers that nobody has looked at yet count by their documents', () => {
    stokers = ['a/one', 'b/two'];
    documented = { 'a/one': [underWay('x')] };
    expect(queuedOf(turns, 'b/two', contender('y'))).toEqual(['y']);
  });
});

test('starts within a minute count over all Stokers, and it is said when the next is free', () => {
  const turns = open({ maxSyncsPerMinute: 2 });
  turns.take('a/one', [contender('x', { wants: false, releaseTimes: [ago(50)] })], now);
  expect(queuedOf(turns, 'b/two', contender('y'))).toEqual([]);
  const { queued, againInMs } = turns.take('c/three', [contender('z')], now);
  expect([...queued.keys()]).toEqual(['z']);
  expect(againInMs).toBe(10_000);
});
