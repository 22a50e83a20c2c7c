import { afterEach, expect, test } from '@jest/globals';
import { openClient } from '../client/openClient.ts';
import { createManualClock } from '../testing/clocks.ts';
import { type ScriptedServer, startScriptedServer, type Step } from '../testing/scriptedServer.ts';
import { hang, json, object, refusal } from '../testing/steps.ts';
import { createEventRecorder } from './createEventRecorder.ts';

const regarding = { apiVersion: 'v1', kind: 'ConfigMap', ...object('a', '1') };
const event = { regarding, type: 'Normal', reason: 'Synced', action: 'Sync', note: 'all is well' } as const;
const accepted: Step = (response, request) =>
  json(201, { metadata: { namespace: 'default', name: 'a.1' } })(response, request);
let server: ScriptedServer;

afterEach(() => server.close());

async function setUp(...script: Step[]) {
  server = await startScriptedServer(...script);
  const clock = createManualClock();
  const errors: unknown[] = [];
  const client = openClient(server.access);
  const onError = (error: unknown) => void errors.push(error);
  const recorder = createEventRecorder({ client, component: 'example.com/tester', instance: 'host', onError, clock });
  const sent = () => server.requests.map(({ method, body }) => ({ method, ...JSON.parse(body) }));
  return { clock, recorder, errors, sent };
}

test('the first one is created beside its object, as the new API takes it', async () => {
  const { recorder, sent } = await setUp(accepted);
  recorder.record(event);
  await recorder.stop();
  expect(sent()).toEqual([
    {
      method: 'POST',
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { namespace: 'default', name: expect.stringMatching(/^a\.[0-9a-f]{16}$/u) },
      eventTime: '2026-01-01T00:00:00.000000Z',
      type: 'Normal',
      reason: 'Synced',
      action: 'Sync',
      note: 'all is well',
      reportingController: 'example.com/tester',
      reportingInstance: 'host',
      regarding: { apiVersion: 'v1', kind: 'ConfigMap', ...regarding.metadata },
    },
  ]);
});

test('repetitions are folded into a series, and many at once into one', async () => {
  const { clock, recorder, sent } = await setUp(accepted, accepted, accepted);
  recorder.record(event);
  await server.received(1);
  for (let time = 0; time < 5; time++) recorder.record(event);
  await clock.advance(1000);
  await recorder.stop();
  const last = sent().at(-1);
  expect(last).toMatchObject({ method: 'PATCH', series: { count: 6 } });
  expect(sent().filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('what has one reason and different notes is told of each', async () => {
  const { recorder, sent } = await setUp(accepted, accepted, accepted);
  const notes = ['one', 'two', 'three'].map((gateway) => `gateway ${gateway} runs another commit`);
  for (const note of notes) recorder.record({ ...event, note });
  await recorder.stop();
  expect(sent().map((told) => told.note)).toEqual(notes);
});

test('a note that is another one each time is folded after ten, and says so', async () => {
  const { clock, recorder, sent } = await setUp(...Array.from({ length: 20 }, () => accepted));
  const attempt = (time: number) => recorder.record({ ...event, note: `attempt ${time}` });
  for (let time = 0; time < 14; time++) attempt(time);
  attempt(3);
  await clock.advance(1000);
  await server.received(11);
  const combined = '(combined from similar events): attempt 10';
  const notes = Array.from({ length: 10 }, (_, time) => `attempt ${time}`);
  expect(sent().map(({ note }) => note)).toEqual([...notes, combined]);
  expect(sent().map(({ series }) => series?.count ?? 1)).toEqual([1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 4]);
  await clock.advance(6 * 60_000);
  attempt(14);
  await recorder.stop();
  expect(sent().at(-1)).toMatchObject({ method: 'POST', note: 'attempt 14' });
});

test('after six quiet minutes a repetition is a new event', async () => {
  const { clock, recorder, sent } = await setUp(accepted, accepted);
  recorder.record(event);
  await clock.advance(6 * 60_000 + 1);
  recorder.record(event);
  await recorder.stop();
  expect(sent().map(({ method }) => method)).toEqual(['POST', 'POST']);
});

test('a series that the server has forgotten begins again', async () => {
  const { recorder, sent } = await setUp(accepted, refusal(404, 'NotFound'), accepted);
  recorder.record(event);
  await server.received(1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  recorder.record(event);
  await server.received(3);
  await recorder.stop();
  expect(sent().map(({ method }) => method)).toEqual(['POST', 'PATCH', 'POST']);
});

test('one object cannot flood: 25 at once, and no more', async () => {
  const { recorder, sent } = await setUp(...Array.from({ length: 60 }, () => accepted));
  for (let time = 0; time < 60; time++) recorder.record({ ...event, reason: `Reason${time}` });
  await recorder.stop();
  expect(sent()).toHaveLength(25);
});

test('what goes well never uses up what a Warning needs', async () => {
  const { recorder, sent } = await setUp(...Array.from({ length: 60 }, () => accepted));
  for (let time = 0; time < 60; time++) recorder.record({ ...event, reason: `Reason${time}` });
  recorder.record({ ...event, type: 'Warning', reason: 'RolledBack' });
  await recorder.stop();
  expect(sent().at(-1)).toMatchObject({ type: 'Warning', reason: 'RolledBack' });
});

test('repeats of one Warning never use up what another one needs, and are all counted', async () => {
  const { clock, recorder, sent } = await setUp(...Array.from({ length: 100 }, () => accepted));
  const warning = { ...event, type: 'Warning', reason: 'Unreachable' } as const;
  for (let time = 0; time < 40; time++) {
    recorder.record(warning);
    await clock.advance(1000);
  }
  expect(sent().length).toBeLessThanOrEqual(26);
  recorder.record({ ...warning, reason: 'RolledBack' });
  await clock.advance(300_000);
  recorder.record(warning);
  await recorder.stop();
  const told = sent();
  expect(told.filter(({ method }) => method === 'POST').map(({ reason }) => reason)).toEqual([
    'Unreachable',
    'RolledBack',
  ]);
  expect(told.findLast(({ method }) => method === 'PATCH')).toMatchObject({ series: { count: 41 } });
});

test('nobody waits for a server that hangs, and what was recorded meanwhile is sent when it answers', async () => {
  let answer: () => void = () => undefined;
  const late: Step = (response, request) => {
    answer = () => accepted(response, request);
  };
  const { recorder, sent } = await setUp(late, accepted, accepted);
  recorder.record(event);
  await server.received(1);
  for (const reason of ['Second', 'Third']) recorder.record({ ...event, reason });
  expect(sent()).toHaveLength(1);
  answer();
  await recorder.stop();
  expect(sent().map(({ reason }) => reason)).toEqual(['Synced', 'Second', 'Third']);
});

test('a thousand events may wait while a server hangs, and no more', async () => {
  let answer: () => void = () => undefined;
  const late: Step = (response, request) => {
    answer = () => accepted(response, request);
  };
  const { recorder, errors, sent } = await setUp(late, ...Array.from({ length: 1200 }, () => accepted));
  const about = (name: string) => recorder.record({ ...event, regarding: object(name, '1') });
  about('first');
  await server.received(1);
  for (let number = 0; number < 1200; number++) about(`object-${number}`);
  const stopped = recorder.stop();
  answer();
  await stopped;
  expect(sent()).toHaveLength(1001);
  expect(sent().at(-1)).toMatchObject({ regarding: { name: 'object-999' } });
  expect(errors).toEqual([]);
});

test('stop gives up on a server that hangs after five seconds, and tells what was lost in one sentence', async () => {
  const { clock, recorder, errors, sent } = await setUp(hang);
  for (const reason of ['First', 'Second', 'Third']) recorder.record({ ...event, reason });
  await server.received(1);
  const stopped = recorder.stop();
  await clock.advance(5000);
  await stopped;
  expect(sent()).toHaveLength(1);
  expect(errors).toMatchObject([{ message: '2 events were not sent before the end' }, { reason: 'Cancelled' }]);
});

test('texts beyond what the API takes are cut, at a whole character', async () => {
  const { recorder, sent } = await setUp(accepted);
  const long = { ...object('a', '1'), metadata: { ...object('a', '1').metadata, name: 'n'.repeat(253) } };
  recorder.record({ ...event, regarding: long, note: `${'x'.repeat(1023)}€`, reason: 'R'.repeat(200) });
  await recorder.stop();
  const [created] = sent();
  expect(created.note).toBe('x'.repeat(1023));
  expect(created.reason).toHaveLength(128);
  expect(created.metadata.name).toHaveLength(253);
});

test('an event of a cluster-scoped object is created in the default namespace', async () => {
  const { recorder, sent } = await setUp(accepted);
  recorder.record({ ...event, regarding: { metadata: { name: 'node' } } });
  await recorder.stop();
  expect(sent()[0].metadata.namespace).toBe('default');
});

test('a refusal is reported, is not tried again, and stops nothing', async () => {
  const { recorder, errors, sent } = await setUp(refusal(403, 'Forbidden'), accepted);
  recorder.record(event);
  recorder.record({ ...event, reason: 'Other' });
  await recorder.stop();
  recorder.record({ ...event, reason: 'AfterStop' });
  expect(errors).toMatchObject([{ status: 403 }]);
  expect(sent().map(({ reason }) => reason)).toEqual(['Synced', 'Other']);
});
