import { describe, expect, test } from '@jest/globals';
import { assignTurns, type Contender, withRelease } from './assignTurns.ts';

const now = new Date('2026-01-01T12:00:00Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);

function contender(name: string, changes: Partial<Contender> = {}): Contender {
  return { name, wants: true, isUnderWay: false, releaseTimes: [ago(3600)], ...changes };
}

const queuedOf = (...given: Parameters<typeof assignTurns>) => [...assignTurns(...given).queued.keys()];

test('without limits nobody waits', () => {
  const many = Array.from({ length: 500 }, (_, index) => contender(`g${index}`, { isUnderWay: index % 2 === 0 }));
  expect(assignTurns(many, undefined, now)).toEqual({ queued: new Map(), againInMs: undefined });
});

describe('with two places', () => {
  const limits = { maxConcurrentSyncs: 2 };

  test('whoever has had its release for longest goes first, and a new gateway before all', () => {
    const list = [
      contender('young', { releaseTimes: [ago(100)] }),
      contender('old', { releaseTimes: [ago(900)] }),
      contender('new', { releaseTimes: [] }),
    ];
    expect(queuedOf(list, limits, now)).toEqual(['young']);
  });

  test.each<[string, Partial<Contender>, readonly string[]]>([
    ['under way takes a place', { isUnderWay: true }, ['b']],
    ['done takes none', {}, []],
    ['under way for more than ten minutes takes none', { isUnderWay: true, releaseTimes: [ago(601)] }, []],
  ])('a gateway that is %s', (_what, changes, expected) => {
    const other = contender('z', { wants: false, releaseTimes: [ago(90)], ...changes });
    expect(queuedOf([contender('a'), contender('b'), other], limits, now)).toEqual(expected);
  });

  test('a gateway under way that gets yet another release keeps its place', () => {
    const list = [contender('a', { isUnderWay: true, releaseTimes: [ago(90)] }), contender('b'), contender('c')];
    expect(queuedOf(list, limits, now)).toEqual(['c']);
  });
});

describe('with two a minute', () => {
  const limits = { maxSyncsPerMinute: 2 };
  const sent = (seconds: number) => contender(`sent${seconds}`, { wants: false, releaseTimes: [ago(seconds)] });

  test.each<[string, readonly Contender[], readonly string[], number | undefined]>([
    ['both are free after a minute', [sent(61), sent(70)], [], undefined],
    ['one is left', [sent(50), sent(70)], ['b'], 10_000],
    ['none is left', [sent(50), sent(20)], ['a', 'b'], 10_000],
    ['what lies ahead, since the clock was set back, does not count', [sent(-500), sent(-600)], [], undefined],
  ])('%s', (_what, before, expected, againInMs) => {
    const turns = assignTurns([contender('a'), contender('b'), ...before], limits, now);
    expect([[...turns.queued.keys()], turns.againInMs]).toEqual([expected, againInMs]);
  });

  test('says which limit it is', () => {
    const { queued } = assignTurns([contender('a'), sent(5), sent(6)], { ...limits, maxConcurrentSyncs: 5 }, now);
    expect(queued.get('a')).toEqual({
      reason: 'LimitReached',
      message: 'waits for its turn: spec.limits.maxSyncsPerMinute is 2',
    });
  });
});

test('a gateway that is sent again and again counts each time', () => {
  const busy = contender('busy', { wants: false, releaseTimes: [ago(1), ago(20), ago(40)] });
  expect(queuedOf([contender('a'), contender('b'), busy], { maxSyncsPerMinute: 4 }, now)).toEqual(['b']);
});

test('of the times only those of the last minute are kept, and no more than sixteen', () => {
  const before = [ago(10), ago(59), ago(61)].map((at) => at.toISOString());
  expect(withRelease(before, now)).toEqual([now.toISOString(), before[0], before[1]]);
  expect(
    withRelease(
      Array.from({ length: 50 }, () => ago(5).toISOString()),
      now,
    ),
  ).toHaveLength(16);
});

test('nobody is overtaken for ever: of forty gateways and a commit with each round, each gets its turn', () => {
  const sentAt = new Map<string, Date>();
  const served = new Map<string, number>();
  for (let round = 0; round < 40; round++) {
    const at = new Date(now.getTime() + round * 60_000);
    const list = Array.from({ length: 40 }, (_, index) =>
      contender(`g${index}`, { releaseTimes: [sentAt.get(`g${index}`) ?? ago(9999)] }),
    );
    const { queued } = assignTurns(list, { maxConcurrentSyncs: 4 }, at);
    for (const { name } of list.filter((one) => !queued.has(one.name))) {
      sentAt.set(name, at);
      served.set(name, (served.get(name) ?? 0) + 1);
    }
  }
  expect([...served.values()]).toEqual(Array.from({ length: 40 }, () => 4));
});
