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
  recorder.record({ ...event, note: 'no, for another reason' });
  recorder.record(event);
  await recorder.stop();
  const { items } = await client.list(events, { namespace });
  const told = { reason: 'Failed', type: 'Warning', regarding: { name: 'subject' } };
  expect(items).toHaveLength(2);
  expect(items).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ note: 'no', series: expect.objectContaining({ count: 3 }) }),
      expect.objectContaining({ note: 'no, for another reason' }),
    ]),
  );
  expect(items).toMatchObject([told, told]);
  expect(errors).toEqual([]);
});
