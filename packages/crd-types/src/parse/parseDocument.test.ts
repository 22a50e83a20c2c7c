import { describe, expect, test } from '@jest/globals';
import { parseAuditRecord, parseChangesDocument, parseMetadataDocument, parseStatusDocument } from './parseDocument.ts';

const metadata = {
  schema: 1,
  crName: 'plant',
  gatewayName: 'area-1',
  podUID: 'u-1',
  repository: { url: 'https://git.example.com/plant.git', authKind: 'token' },
  gateway: { port: 8043, tls: true },
};
const release = {
  id: 'r-1',
  repository: 'https://git.example.com/plant.git',
  ref: 'main',
  commit: '0123456789abcdef0123456789abcdef01234567',
  profileNames: ['site'],
  profile: {
    mappings: [],
    excludePatterns: [],
    vars: { site: 'north' },
    syncPeriod: 30,
    driftPolicy: 'report',
    dryRun: false,
  },
  source: 'rollout',
};
const status = {
  schema: 1,
  podUID: 'u-1',
  podName: 'area-1',
  agentVersion: '0.1.0',
  schemaUnderstood: 1,
  phase: 'Synced',
  profileNames: ['site'],
  history: [],
};
const changes = { schema: 1, podUID: 'u-1', commit: 'c', releaseId: 'r-1', at: 'now', changes: [], omitted: 0 };

const audit = {
  schema: 1,
  stream: 'audit',
  id: 'a-1',
  time: '2026-01-01T00:00:00Z',
  app: 'agent',
  action: 'sync',
  object: { namespace: 'plant', stoker: 'plant', gateway: 'area-1' },
  trigger: { kind: 'release' },
  outcome: 'Synced',
};

const result = { at: 'now', commit: 'c', releaseId: 'r-1', outcome: 'Synced', changed: 1, durationMs: 2 };
const failure = { reason: 'GitUnreachable', message: 'no answer', since: 'now', attempt: 1 };

/** The same with a field more in every object that is not one of free keys. */
function fromLater(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromLater);
  if (typeof value !== 'object' || value === null) return value;
  const known = Object.entries(value).map(([key, inner]) => [key, key === 'vars' ? inner : fromLater(inner)]);
  return { ...Object.fromEntries(known), later: { than: ['this', 1] } };
}

describe('a document is read', () => {
  test('with all of it', () => {
    expect(parseMetadataDocument(JSON.stringify({ ...metadata, release }))).toEqual({ ...metadata, release });
    expect(parseStatusDocument(JSON.stringify(status))).toEqual(status);
    expect(parseChangesDocument(JSON.stringify(changes))).toEqual(changes);
    expect(parseAuditRecord(JSON.stringify(audit))).toEqual(audit);
  });

  test.each<[string, (text: string) => unknown, object]>([
    ['metadata', parseMetadataDocument, { ...metadata, release, releaseTimes: ['now'], syncRequest: 'now' }],
    ['status', parseStatusDocument, { ...status, history: [result], error: failure, drifted: { count: 1, paths: [] } }],
    ['changes', parseChangesDocument, { ...changes, changes: [{ path: 'a', kind: 'added' }] }],
  ])('when a newer writer has added fields (%s)', (_what, parse, document) => {
    const newer = fromLater(document) as object;
    expect(newer).not.toEqual(document);
    expect(parse(JSON.stringify(newer))).toEqual(newer);
  });
});

describe('a document is refused with what is wrong', () => {
  test.each<[string, () => unknown, string]>([
    ['when it is empty', () => parseStatusDocument(''), 'the status document is not JSON'],
    ['when it is cut off', () => parseMetadataDocument('{"schema":1,'), 'the metadata document is not JSON'],
    [
      'when it says what no program does',
      () => parseAuditRecord(JSON.stringify({ ...audit, action: 'guess' })),
      'audit.action is "guess"',
    ],
    ['when it is no object', () => parseChangesDocument('[]'), 'changes is a list: give an object'],
    [
      'when its schema is newer',
      () => parseMetadataDocument('{"schema":2}'),
      'has schema 2, and this version reads up to 1',
    ],
    [
      'when a field is missing',
      () => parseStatusDocument(JSON.stringify({ ...status, podUID: undefined })),
      'status.podUID is missing',
    ],
    [
      'when a commit is none',
      () => parseMetadataDocument(JSON.stringify({ ...metadata, release: { ...release, commit: 'main' } })),
      'metadata.release.commit is "main"',
    ],
    [
      'when a mapping would be of no kind',
      () => {
        const mappings = [
          { source: 'a', destination: 'b', type: 'link', required: false, prune: 'mirror', allowEmpty: false },
        ];
        return parseMetadataDocument(
          JSON.stringify({ ...metadata, release: { ...release, profile: { ...release.profile, mappings } } }),
        );
      },
      'metadata.release.profile.mappings[0].type is "link": write one of dir, file',
    ],
  ])('%s', (_name, parse, message) => {
    expect(parse).toThrow(
      expect.objectContaining({ reason: 'InvalidDocument', message: expect.stringContaining(message) }),
    );
  });
});
