import { PassThrough } from 'node:stream';
import { beforeEach, expect, test } from '@jest/globals';
import { documentKeys, type MetadataDocument } from '@stoker/crd-types';
import { ApiError } from '@stoker/kube';
import { createLogger } from '@stoker/logging';
import { createMetrics } from './metrics.ts';
import { agent, document } from './testing/fixtures.ts';
import { hearDocument } from './watchDocument.ts';

const closed = new ApiError('the watch ended at once', { status: 0, reason: 'Closed' });
const forbidden = new ApiError('configmaps is forbidden', { status: 403, reason: 'Forbidden' });

let stream: PassThrough;
let documents: (MetadataDocument | undefined)[];
let heard: ReturnType<typeof hearDocument>;
let metrics: ReturnType<typeof createMetrics>;
beforeEach(() => {
  stream = new PassThrough();
  documents = [];
  metrics = createMetrics();
  heard = hearDocument({
    name: 'stoker-metadata-plant.north',
    log: createLogger({ app: 'agent', level: 'warn', stream }),
    onDocument: (read) => void documents.push(read),
    onUnread: metrics.countUnread,
  });
});

const told = () => String(stream.read() ?? '');
const read = () =>
  heard.onDelta({ after: { metadata: { name: 'it' }, data: { [documentKeys.metadata]: JSON.stringify(document()) } } });

test('that the document may not be read any more is told, also where the watch has broken just before, and once', () => {
  read();
  heard.onError(closed);
  expect(told()).toContain('the watch ended at once');
  heard.onError(forbidden);
  expect(told()).toContain('configmaps is forbidden');
  heard.onError(forbidden);
  expect(told()).toBe('');
  expect(documents).toEqual([document()]);
});

test('each try that fails is counted by whether it was forbidden', async () => {
  for (const error of [closed, forbidden, forbidden]) heard.onError(error);
  expect((await metrics.render(agent())).split('\n')).toEqual(
    expect.arrayContaining([
      'stoker_agent_document_errors_total{reason="Forbidden"} 2',
      'stoker_agent_document_errors_total{reason="Other"} 1',
    ]),
  );
});
