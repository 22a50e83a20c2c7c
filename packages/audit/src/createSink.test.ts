import { PassThrough } from 'node:stream';
import { StokerError } from '@stoker/errors';
import { createLogger } from '@stoker/logging';
import { expect, test } from '@jest/globals';
import { AskedToWait, createSink, type Deliver } from './createSink.ts';
import { eventually } from './testing/audited.ts';

function sinkWith(deliver: Deliver, maxQueuedBytes = 100) {
  const log = createLogger({ app: 'test', stream: new PassThrough() });
  return createSink({
    name: 'test',
    deliver,
    lossLine: (lost) => `lost ${lost}`,
    log,
    maxQueuedBytes,
    firstRetryMs: 1,
  });
}

test('what hangs and hears no signal is waited for no longer than said', async () => {
  const sink = sinkWith(() => new Promise(() => undefined));
  sink.write('one');
  sink.write('two');
  await sink.close(20);
  expect(sink.counts).toMatchObject({ delivered: 0, lost: { Shutdown: 2 }, queuedBytes: 0 });
});

test('a line that is larger than the queue is lost, and the next one is delivered', async () => {
  const delivered: string[] = [];
  const sink = sinkWith(async (lines) => void delivered.push(...lines));
  sink.write('x'.repeat(200));
  sink.write('one');
  await eventually(() => expect(delivered).toEqual(['lost 1', 'one']));
  await sink.close(10_000);
  expect(sink.counts.lost).toEqual({ QueueFull: 1, Refused: 0, Shutdown: 0 });
});

test('whoever refuses everything is not asked without end', async () => {
  let asked = 0;
  const refusal = new StokerError('never', { reason: 'Never', class: 'stalled' });
  const sink = sinkWith(async () => {
    asked++;
    throw refusal;
  });
  sink.write('one');
  await eventually(() => expect(sink.counts.queuedBytes).toBe(0));
  await sink.close(10_000);
  expect([asked, sink.counts.lost.Refused]).toEqual([1, 1]);
});

test('whoever asks to wait is left alone, where another is tried again and again; an end of the process waits for nobody', async () => {
  const asked = { waiting: 0, failing: 0 };
  const waiting = sinkWith(async () => {
    if (++asked.waiting === 1) throw new AskedToWait('busy', { reason: 'Busy', class: 'transient', waitMs: 60_000 });
  });
  const failing = sinkWith(async () => {
    if (++asked.failing < 10) throw new Error('no');
  });
  for (const sink of [waiting, failing]) sink.write('one');
  await eventually(() => expect(failing.counts.delivered).toBe(1));
  expect(asked.waiting).toBe(1);
  await waiting.close(10_000);
  expect(waiting.counts.delivered).toBe(1);
  await failing.close(10_000);
});
