import { describe, expect, jest, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { registerMetrics } from '../metrics/registerMetrics.ts';
import { createManualClock } from '../testing/clocks.ts';
import type { ControllerOptions, ReconcileResult } from '../types.ts';
import { createController } from './createController.ts';

const done: ReconcileResult = { kind: 'done' };

function setUp(options: Partial<ControllerOptions> & Pick<ControllerOptions, 'reconcile'>) {
  const clock = createManualClock();
  const errors: [string, unknown, number][] = [];
  const onError = (...args: [string, unknown, number]) => void errors.push(args);
  const controller = createController({ name: 'test', workers: 2, onError, ...options }, clock);
  return { clock, controller, errors };
}

describe('a controller', () => {
  test('reconciles what was added before it was started, with so many workers at once', async () => {
    const running: string[] = [];
    const finish: (() => void)[] = [];
    const reconcile = async (key: string) => {
      running.push(key);
      await new Promise<void>((resolve) => finish.push(resolve));
      return done;
    };
    const { clock, controller } = setUp({ reconcile });
    for (const key of ['a', 'b', 'c']) controller.queue.add(key);
    await clock.advance(0);
    expect(running).toEqual([]);
    controller.start();
    await clock.advance(0);
    expect(running).toEqual(['a', 'b']);
    finish[0]?.();
    await clock.advance(0);
    expect(running).toEqual(['a', 'b', 'c']);
  });

  test('never has one key in two hands', async () => {
    let inFlight = 0;
    let most = 0;
    const finish: (() => void)[] = [];
    const reconcile = async () => {
      most = Math.max(most, ++inFlight);
      await new Promise<void>((resolve) => finish.push(resolve));
      inFlight--;
      return done;
    };
    const { clock, controller } = setUp({ reconcile });
    controller.start();
    for (let time = 0; time < 4; time++) {
      controller.queue.add('a');
      await clock.advance(1);
      if (time % 2 === 1) finish.shift()?.();
    }
    expect(most).toBe(1);
  });

  test('comes back to a key after the time it asked for', async () => {
    const times: number[] = [];
    const reconcile = async (): Promise<ReconcileResult> => {
      times.push(clock.now());
      return { kind: 'requeueAfter', afterMs: 30_000 };
    };
    const { clock, controller } = setUp({ reconcile });
    controller.queue.add('a');
    controller.start();
    await clock.advance(65_000);
    expect(times).toEqual([0, 30_000, 60_000]);
  });

  test('tries a key again that threw, later each time, and starts afresh after a success', async () => {
    const times: number[] = [];
    const reconcile = async () => {
      times.push(clock.now());
      if (times.length < 4) throw new Error(`failure ${times.length}`);
      return done;
    };
    const { clock, controller, errors } = setUp({ reconcile });
    controller.queue.add('a');
    controller.start();
    await clock.advance(10_000);
    expect(times).toEqual([0, 5, 15, 35]);
    expect(errors.map(([key, , attempt]) => [key, attempt])).toEqual([
      ['a', 1],
      ['a', 2],
      ['a', 3],
    ]);
    expect(controller.queue.retries('a')).toBe(0);
  });

  test('takes no answer at all for a failure, and waits longer each time', async () => {
    const times: number[] = [];
    const reconcile = async () => {
      times.push(clock.now());
      return undefined as unknown as ReconcileResult;
    };
    const { clock, controller } = setUp({ reconcile });
    controller.queue.add('a');
    controller.start();
    await clock.advance(100);
    expect(times).toEqual([0, 5, 15, 35, 75]);
  });

  test('goes on with other keys when one throws at once, every time, and its observer too', async () => {
    const seen: string[] = [];
    const reconcile = (key: string): Promise<ReconcileResult> => {
      if (key === 'broken') throw new TypeError('undefined is not a function');
      seen.push(key);
      return Promise.resolve(done);
    };
    const onError = () => {
      throw new Error('observer');
    };
    const warn = jest.spyOn(process, 'emitWarning').mockReturnValue();
    const { clock, controller } = setUp({ workers: 1, reconcile, onError });
    for (const key of ['broken', 'a', 'b']) controller.queue.add(key);
    controller.start();
    await clock.advance(1);
    expect(seen).toEqual(['a', 'b']);
    expect(warn.mock.calls).toEqual([['a listener for errors threw: observer']]);
    warn.mockRestore();
  });

  test('lets timers run while a long queue of quick reconciles is worked on', async () => {
    let count = 0;
    const reconcile = async () => {
      count++;
      return done;
    };
    const controller = createController({ name: 'quick', workers: 2, reconcile });
    const total = 20_000;
    for (let key = 0; key < total; key++) controller.queue.add(`key-${key}`);
    controller.start();
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(count).toBeLessThan(total);
    await controller.stop();
  });

  test('aborts the signal of a reconcile that takes too long', async () => {
    const reconcile = (_: string, signal: AbortSignal) =>
      new Promise<ReconcileResult>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const { clock, controller, errors } = setUp({ reconcile, deadlineMs: 1000 });
    controller.queue.add('a');
    controller.start();
    await clock.advance(999);
    expect(errors).toEqual([]);
    await clock.advance(1);
    expect(errors[0]?.[1]).toMatchObject({ message: 'the reconcile took longer than 1000 ms' });
    const registry = new Registry();
    registerMetrics(registry);
    expect(await registry.metrics()).toContain('controller_runtime_reconcile_timeouts_total{controller="test"} 1');
  });
});

describe('stop', () => {
  test('takes no new work and waits for what is in flight', async () => {
    const seen: string[] = [];
    const flight = Promise.withResolvers<ReconcileResult>();
    const reconcile = (key: string) => {
      seen.push(key);
      return flight.promise;
    };
    const { clock, controller } = setUp({ workers: 1, reconcile });
    controller.queue.add('a');
    controller.queue.add('b');
    controller.start();
    await clock.advance(0);
    let isStopped = false;
    const stopped = controller.stop().then(() => (isStopped = true));
    await clock.advance(1000);
    expect(isStopped).toBe(false);
    flight.resolve(done);
    await stopped;
    expect(seen).toEqual(['a']);
  });

  test('waits no longer than its signal, and then tells what is in flight', async () => {
    let seen: AbortSignal | undefined;
    const reconcile = (_: string, signal: AbortSignal) => {
      seen = signal;
      return new Promise<ReconcileResult>(() => undefined);
    };
    const { clock, controller } = setUp({ reconcile });
    controller.queue.add('a');
    controller.start();
    await clock.advance(0);
    const patience = new AbortController();
    const stopped = controller.stop(patience.signal);
    expect(seen?.aborted).toBe(false);
    patience.abort();
    await stopped;
    expect(seen?.aborted).toBe(true);
  });
});

test('counters that have not counted yet are shown as zero', async () => {
  const registry = new Registry();
  registerMetrics(registry);
  setUp({ name: 'idle', reconcile: async () => done });
  const lines = (await registry.metrics()).split('\n').filter((line) => line.includes('controller="idle"'));
  expect(lines).toEqual(
    expect.arrayContaining([
      'controller_runtime_reconcile_total{controller="idle",result="error"} 0',
      'controller_runtime_reconcile_errors_total{controller="idle"} 0',
      'controller_runtime_reconcile_panics_total{controller="idle"} 0',
    ]),
  );
});

test('metrics have the names and labels that dashboards of controller-runtime know', async () => {
  const registry = new Registry();
  registerMetrics(registry);
  const outcomes: Record<string, ReconcileResult | Error> = {
    good: done,
    later: { kind: 'requeueAfter', afterMs: 1_000_000 },
    bad: new TypeError('broken'),
  };
  const reconcile = async (key: string) => {
    const outcome = outcomes[key] ?? done;
    if (Error.isError(outcome)) throw outcome;
    return outcome as ReconcileResult;
  };
  const { clock, controller } = setUp({ name: 'counted', reconcile });
  for (const key of Object.keys(outcomes)) controller.queue.add(key);
  controller.start();
  await clock.advance(1);
  const lines = (await registry.metrics()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'controller_runtime_reconcile_total{controller="counted",result="success"} 1',
      'controller_runtime_reconcile_total{controller="counted",result="requeue_after"} 1',
      'controller_runtime_reconcile_total{controller="counted",result="error"} 1',
      'controller_runtime_reconcile_errors_total{controller="counted"} 1',
      'controller_runtime_reconcile_panics_total{controller="counted"} 1',
      'controller_runtime_max_concurrent_reconciles{controller="counted"} 2',
      'controller_runtime_active_workers{controller="counted"} 0',
      'controller_runtime_reconcile_time_seconds_count{controller="counted"} 3',
      'workqueue_depth{name="counted"} 0',
      'workqueue_unfinished_work_seconds{name="counted"} 0',
      'workqueue_longest_running_processor_seconds{name="counted"} 0',
      'workqueue_adds_total{name="counted"} 3',
      'workqueue_retries_total{name="counted"} 1',
      'workqueue_queue_duration_seconds_count{name="counted"} 3',
      'workqueue_work_duration_seconds_count{name="counted"} 3',
    ]),
  );
});
