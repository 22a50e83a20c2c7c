import { afterAll, describe, expect, test } from '@jest/globals';
import { recover } from './index.ts';
import { changesSomething, openTracer, sample } from './testing/faults.ts';
import type { FaultPoint } from './testing/faults.ts';
import { leaveHalfway, spoilStage } from './testing/halfway.ts';
import { copyTarget, expectConverges, expectNoMixture, expectOldOrNew, setStage } from './testing/stage.ts';
import type { Stage } from './testing/stage.ts';
import { readTree } from './testing/trees.ts';

/** All fault points instead of a sample take their time: STOKER_FAULT_POINTS=all. */
const timeoutMs = process.env['STOKER_FAULT_POINTS'] === 'all' ? 3_600_000 : 240_000;

const tracer = openTracer();
afterAll(() => tracer[Symbol.dispose]());

const named = ({ call, nth }: FaultPoint): string => `${call} ${nth}`;
const kill = ({ call, nth }: FaultPoint): string => `${call}:signal=SIGKILL:when=${nth}`;

/** The lock takes the first link of a process; what is kept is copied where the others are refused. */
const withoutHardLinks = 'link:error=EPERM:when=2+';

let killed = 0;

describe.each([
  ['a sync', 'sync'],
  ['a revert', 'revert'],
] as const)('%s that is killed', (_what, action) => {
  const start = (stage: Stage): string => (action === 'sync' ? stage.target() : stage.synced());

  test.each([
    ['keeps by hard links', [], 75],
    ['has to copy what it keeps', [withoutHardLinks], 35],
  ])(
    'and %s leaves every file old or new, and recover makes the tree exactly the old or the new one',
    async (_name, always, count) => {
      using stage = await setStage();
      const run = { action, source: stage.source };
      const points = tracer.run({ ...run, target: start(stage) }, ...always).points.filter(changesSomething);
      const recovered = new Map<string, number>();
      for (const point of sample(points, count)) {
        const target = start(stage);
        const others = always.filter((injection) => !injection.startsWith(`${point.call}:`));
        const end = tracer.run({ ...run, target }, kill(point), ...others);
        // The number of calls before the work begins varies by one now and then: the last point may lie past the end.
        expect([named(point), end.signal ?? end.code]).toEqual([named(point), end.code === 0 ? 0 : 'SIGKILL']);
        killed += end.signal === 'SIGKILL' ? 1 : 0;
        expectNoMixture(target, stage);
        const outcome = await recover(target, { holder: 'another' });
        recovered.set(outcome, (recovered.get(outcome) ?? 0) + 1);
        expectOldOrNew(target, stage);
        await expectConverges(target, stage);
      }
      expect(recovered.get('finished')).toBeGreaterThan(5);
      expect(recovered.get('nothing')).toBeGreaterThan(5);
    },
    timeoutMs,
  );

  test.each(['finishes', 'undoes'])(
    'is recovered from also when the recovery that %s it is killed',
    async (direction) => {
      using stage = await setStage();
      const master = leaveHalfway(tracer, start(stage), start(stage), { action, source: stage.source });
      if (direction === 'undoes') spoilStage(master);
      const run = { action: 'recover', source: stage.source } as const;
      const whole = tracer.run({ ...run, target: copyTarget(master, `${master}-whole`) });
      const isNewNow = (action === 'sync') === (direction === 'finishes');
      expect(readTree(`${master}-whole`)).toEqual(isNewNow ? stage.after : stage.before);
      for (const point of sample(whole.points.filter(changesSomething), 30)) {
        const target = copyTarget(master, `${master}-${named(point)}`);
        killed += tracer.run({ ...run, target }, kill(point)).signal === 'SIGKILL' ? 1 : 0;
        expectNoMixture(target, stage);
        await recover(target, { holder: 'another' });
        expectOldOrNew(target, stage);
        await expectConverges(target, stage);
      }
    },
    timeoutMs,
  );
});

test('all of that was at 300 points or more', () => {
  expect(killed).toBeGreaterThanOrEqual(300);
});
