import { describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { registerMetrics } from '../metrics/registerMetrics.ts';
import { createManualClock } from '../testing/clocks.ts';
import { createWorkQueue, type ConsumableQueue } from './workQueue.ts';

function setUp(options: { maxDelayMs?: number; retriesPerSecond?: number } = {}) {
  const clock = createManualClock();
  return { clock, queue: createWorkQueue({ name: 'test', clock, ...options }) };
}

/** All that is ready, each key done at once. */
async function drain(queue: ConsumableQueue): Promise<string[]> {
  const keys: string[] = [];
  while (queue.length > 0) {
    const key = (await queue.take()) ?? '';
    keys.push(key);
    queue.done(key);
  }
  return keys;
}

describe('a key', () => {
  test('that is added often is handed out once', async () => {
    const { queue } = setUp();
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    expect(await drain(queue)).toEqual(['a', 'b']);
  });

  test('that is added while a worker has it is handed out again, when that worker is done', async () => {
    const { queue } = setUp();
    queue.add('a');
    await queue.take();
    queue.add('a');
    queue.add('a');
    expect(queue.length).toBe(0);
    queue.done('a');
    expect(await drain(queue)).toEqual(['a']);
  });

  test('goes to a worker that waits', async () => {
    const { queue } = setUp();
    const taken = queue.take();
    queue.add('a');
    expect(await taken).toBe('a');
    expect(queue.length).toBe(0);
  });
});

describe('order', () => {
  test('is by priority, and a key that becomes more urgent moves up', async () => {
    const { queue } = setUp();
    for (const key of ['n/relisted', 'n/urgent', 'n/other']) queue.add(key);
    queue.add('n/person', { priority: 10 });
    queue.add('n/urgent', { priority: 10 });
    queue.add('n/urgent');
    expect(await drain(queue)).toEqual(['n/person', 'n/urgent', 'n/relisted', 'n/other']);
  });

  test('takes turns between namespaces', async () => {
    const { queue } = setUp();
    for (const key of ['large/1', 'large/2', 'large/3', 'large/4', 'small/1', 'other/1']) queue.add(key);
    expect(await drain(queue)).toEqual(['large/1', 'small/1', 'other/1', 'large/2', 'large/3', 'large/4']);
  });
});

describe('delay', () => {
  test('keeps a key back, and of two delays the shorter counts', async () => {
    const { clock, queue } = setUp();
    queue.add('a', { afterMs: 1000 });
    queue.add('a', { afterMs: 300 });
    queue.add('a', { afterMs: 2000 });
    await clock.advance(299);
    expect(queue.length).toBe(0);
    await clock.advance(1);
    expect(await drain(queue)).toEqual(['a']);
    await clock.advance(5000);
    expect(queue.length).toBe(0);
  });

  test('does not hold up a key that is added without one', async () => {
    const { queue } = setUp();
    queue.add('a', { afterMs: 1000 });
    queue.add('a');
    expect(await drain(queue)).toEqual(['a']);
  });
});

describe('a key that fails', () => {
  test('waits twice as long each time, up to the cap, and from the start after it was forgotten', async () => {
    const { clock, queue } = setUp({ maxDelayMs: 20 });
    const waits: number[] = [];
    const failOnce = async () => {
      queue.addRateLimited('a');
      const start = clock.now();
      for (let wait = 0; queue.length === 0 && wait < 1000; wait++) await clock.advance(1);
      waits.push(clock.now() - start);
      await drain(queue);
    };
    for (let time = 0; time < 5; time++) await failOnce();
    expect(queue.retries('a')).toBe(5);
    queue.forget('a');
    await failOnce();
    expect(waits).toEqual([5, 10, 20, 20, 20, 5]);
  });

  test('waits for the bucket of all keys when many fail at once', async () => {
    const { clock, queue } = setUp({ retriesPerSecond: 10 });
    for (let key = 0; key < 120; key++) queue.addRateLimited(`key-${key}`);
    await clock.advance(50);
    expect(queue.length).toBe(100);
    await clock.advance(1000);
    expect(queue.length).toBe(110);
  });

  test('is tried again after its longest delay however many others fail', async () => {
    const { clock, queue } = setUp({ maxDelayMs: 10_000 });
    for (let key = 0; key < 1000; key++) queue.addRateLimited(`key-${key}`);
    await clock.advance(9999);
    expect(queue.length).toBeLessThan(200);
    await clock.advance(1);
    expect(queue.length).toBe(1000);
    queue.addRateLimited('later');
    await clock.advance(100);
    expect(queue.length).toBe(1001);
  });

  test('keeps the priority that it was taken with', async () => {
    const { clock, queue } = setUp();
    queue.add('urgent', { priority: 10 });
    await queue.take();
    queue.addRateLimited('urgent');
    queue.done('urgent');
    queue.add('other');
    await clock.advance(5);
    expect(await drain(queue)).toEqual(['urgent', 'other']);
  });
});

test('adds are counted as client-go does: a key that waits already is not added', async () => {
  const registry = new Registry();
  registerMetrics(registry);
  const added = async () => /workqueue_adds_total\{name="counted"\} (\d+)/u.exec(await registry.metrics())?.[1];
  const queue = createWorkQueue({ name: 'counted', clock: createManualClock() });
  for (const priority of [0, 0, 10]) queue.add('a', { priority });
  expect(await added()).toBe('1');
  await queue.take();
  for (let time = 0; time < 3; time++) queue.add('a');
  expect(await added()).toBe('2');
  queue.done('a');
  await drain(queue);
  expect(await added()).toBe('2');
});

test('a closed queue sends workers home and takes nothing more', async () => {
  const { clock, queue } = setUp();
  const waiting = queue.take();
  queue.add('delayed', { afterMs: 10 });
  queue.close();
  queue.add('late');
  queue.addRateLimited('failed');
  await clock.advance(1000);
  expect(await waiting).toBeUndefined();
  expect(await queue.take()).toBeUndefined();
  expect(queue.length).toBe(0);
});
