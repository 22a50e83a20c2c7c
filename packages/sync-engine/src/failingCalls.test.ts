import { afterAll, expect, test } from '@jest/globals';
import { recover } from './index.ts';
import { openTracer, sample } from './testing/faults.ts';
import type { FaultPoint } from './testing/faults.ts';
import { expectConverges, expectOldOrNew, setStage } from './testing/stage.ts';
import { readTree } from './testing/trees.ts';

/** All fault points instead of a sample take their time: STOKER_FAULT_POINTS=all. */
const timeoutMs = process.env['STOKER_FAULT_POINTS'] === 'all' ? 3_600_000 : 120_000;

const tracer = openTracer();
afterAll(() => tracer[Symbol.dispose]());

const named = ({ call, nth }: FaultPoint): string => `${call} ${nth}`;

test.each([
  ['ENOSPC', 'sync', /./],
  ['EIO', 'sync', /./],
  ['EROFS', 'sync', /./],
  ['EACCES', 'sync', /./],
  ['EIO', 'revert', /./],
  ['EBUSY', 'sync', /^(rename|unlink)$/],
  ['EXDEV', 'sync', /^(rename|link)$/],
  ['EXDEV', 'revert', /^(rename|link)$/],
] as const)(
  'a system call that fails with %s in a %s leaves the old tree and an error, or the new one',
  async (code, action, calls) => {
    using stage = await setStage();
    const start = action === 'sync' ? stage.target : stage.synced;
    const [old, wanted] = action === 'sync' ? [stage.before, stage.after] : [stage.after, stage.before];
    const run = { action, source: stage.source };
    const points = tracer.run({ ...run, target: start() }).points.filter(({ call }) => calls.test(call));
    for (const point of sample(points, 7)) {
      const target = start();
      const end = tracer.run({ ...run, target }, `${point.call}:error=${code}:when=${point.nth}`);
      expect([named(point), end.stderr.includes('InternalError')]).toEqual([named(point), false]);
      // A point right at the end may hit the event loop's own pipe, where Node aborts: a crash, not an error.
      const promised = end.signal === 'SIGABRT' ? readTree(target) : end.code === 0 ? wanted : old;
      expect([named(point), readTree(target)]).toEqual([named(point), promised]);
      await recover(target, { holder: 'another' });
      expectOldOrNew(target, stage);
      await expectConverges(target, stage);
    }
  },
  timeoutMs,
);
