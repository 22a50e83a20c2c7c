import { describe, expect, test } from '@jest/globals';
import { documentKeys, type StatusDocument } from '@stoker/crd-types';
import type { ConfigMap } from '@stoker/kube';
import { commit, makeStatus } from '../testing/draft.ts';
import { keepParsed, readStatus } from './readDocuments.ts';

const at = '2026-01-01T00:01:00Z';
const entry = { at, commit, releaseId: 'release-1', outcome: 'Synced', changed: 3, durationMs: 812.25 } as const;
const history: StatusDocument['history'] = [
  { ...entry, verified: true },
  { ...entry, commit: 'b'.repeat(40), outcome: 'Failed', reason: 'GitUnreachable' },
];

function configMap(data: Record<string, string>): ConfigMap {
  const metadata = { name: 'stoker-status-plant.site', namespace: 'plant', labels: { of: 'the status' } };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
}

describe('a status document in the cache', () => {
  const written = configMap({ [documentKeys.status]: JSON.stringify(makeStatus({ history })) });
  const kept = keepParsed(written);

  test('says what it said, with its whole history', () => {
    expect(readStatus(kept)).toEqual({ document: makeStatus({ history }), problem: undefined });
  });

  test('is kept without its text, and is otherwise as it was', () => {
    expect(kept).toEqual({ ...written, data: {} });
  });
});

test('one that cannot be read is told as that, also without its text', () => {
  const { document, problem } = readStatus(keepParsed(configMap({ [documentKeys.status]: '{' })));
  expect(document).toBeUndefined();
  expect(problem).toMatchObject({ name: 'stoker-status-plant.site', message: expect.stringContaining('not JSON') });
});

test.each([{}, { [documentKeys.status]: '' }, { [documentKeys.metadata]: '{"schema":1}' }])(
  'a document without a status (%j) is kept as it is',
  (data) => {
    const document = configMap(data);
    expect(keepParsed(document)).toBe(document);
    expect(readStatus(document)).toEqual({ document: undefined, problem: undefined });
  },
);
