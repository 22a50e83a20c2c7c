import { expect, test } from '@jest/globals';
import { configMaps, events } from '../resourceTypes.ts';
import { eventually } from '../testing/eventually.ts';
import { openNamespace } from '../testing/realServer.ts';
import { createEventRecorder } from './createEventRecorder.ts';

test('the server takes events, and their repetitions as a series', async () => {
  const { client, namespace } = await openNamespace();
  const regarding = await client.create(configMaps, { metadata: { namespace, name: 'subject' } });
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const recorder = createEventRecorder({ client, component: 'example.com/tester', instance: 'host', onError });
  const event = { regarding, type: 'Warning', reason: 'Failed', action: 'Sync', note: 'no' } as const;
  recorder.record(event);
  await eventually(async () => (await client.list(events, { namespace })).items.length === 1);
  recorder.record(event);
  recorder.record({ ...event, note: 'still no' });
  await recorder.stop();
  const { items } = await client.list(events, { namespace });
  expect(items).toMatchObject([
    { reason: 'Failed', type: 'Warning', regarding: { name: 'subject' }, series: { count: 3 } },
  ]);
  expect(errors).toEqual([]);
});
