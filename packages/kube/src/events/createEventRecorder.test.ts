import { afterEach, expect, test } from '@jest/globals';
import { openClient } from '../client/openClient.ts';
import { createManualClock } from '../testing/clocks.ts';
import { type ScriptedServer, startScriptedServer, type Step } from '../testing/scriptedServer.ts';
import { json, object, refusal } from '../testing/steps.ts';
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
  for (let time = 0; time < 5; time++) recorder.record({ ...event, note: `attempt ${time}` });
  await clock.advance(1000);
  await recorder.stop();
  const last = sent().at(-1);
  expect(last).toMatchObject({ method: 'PATCH', series: { count: 6 } });
  expect(sent().filter(({ method }) => method === 'POST')).toHaveLength(1);
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
