import { describe, expect, test } from '@jest/globals';
import { isStokerError } from '@stoker/errors';
import { parseStoker, parseSyncProfile } from './parseResource.ts';
import { fixtures, holding } from '../testing/fixtures.ts';

const profile = (spec: unknown) => ({
  apiVersion: 'stoker.io/v1alpha1',
  kind: 'SyncProfile',
  metadata: { name: 'site' },
  spec,
});
const mappings = [{ source: 'projects', destination: 'projects' }];

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isStokerError(error) && error.reason === 'InvalidResource') return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('without a cluster, a bad resource is refused with a sentence that tells the fix', () => {
  test.each(fixtures('bad').map((fixture) => [fixture.name, fixture] as const))('%s', (_name, fixture) => {
    const { resource } = fixture;
    const message = messageOf(() => (resource.kind === 'Stoker' ? parseStoker(resource) : parseSyncProfile(resource)));
    expect(message).toMatch(holding([`${resource.kind} "${resource.metadata.name}" cannot be used: `]));
    expect(message).toMatch(holding(fixture.standaloneSays));
  });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'it is nothing: write a SyncProfile resource'],
    ['a text', 'mappings', 'it is "mappings": write a SyncProfile resource'],
    ['another kind', { ...profile({ mappings }), kind: 'Stoker' }, 'kind is "Stoker": write SyncProfile'],
    ['a version of the future', { ...profile({ mappings }), apiVersion: 'stoker.io/v2' }, 'write stoker.io/v1alpha1'],
    ['no name', { ...profile({ mappings }), metadata: {} }, 'metadata.name is nothing: give the resource a name'],
    ['no spec', profile(undefined), 'spec.mappings is missing: give an array'],
    ['a spec that is a list', profile([]), 'spec is a list: give an object'],
    ['null for a field', profile({ mappings: null }), 'spec.mappings is null: give an array'],
    [
      'a field in another case',
      profile({ mappings, dryrun: true }),
      'spec.dryrun is not a field of spec: did you mean dryRun?',
    ],
    [
      'too many mappings',
      profile({ mappings: Array(65).fill(mappings[0]) }),
      'spec.mappings has too many items: give at most 64',
    ],
    [
      'a path without end',
      profile({ mappings: [{ source: 'a'.repeat(1025), destination: 'b' }] }),
      'write at most 1024 characters',
    ],
  ])('%s', (_name, value, sentence) => {
    expect(messageOf(() => parseSyncProfile(value))).toContain(sentence);
  });

  test('and every bad field is named at once', () => {
    const message = messageOf(() => parseSyncProfile(profile({ mappings, syncPeriod: 1, driftPolicy: 'undo' })));
    expect(message).toContain('spec.syncPeriod');
    expect(message).toContain('spec.driftPolicy');
  });

  test('that never repeats a credential', () => {
    const git = {
      repo: 'https://joe:hunter2@git.example.com/plant.git',
      ref: 'main',
      proxy: 'http://joe:hunter2@proxy:3128',
    };
    const auth = { token: { secretRef: { name: 'Hunter2_Hunter2', key: 'token' } } };
    const stoker = { ...profile({ git: { ...git, auth } }), kind: 'Stoker' };
    expect(messageOf(() => parseStoker(stoker))).not.toMatch(/hunter2/i);
  });
});

test('a patch that could mean several values is refused, which the API server cannot do', () => {
  const patches = [{ file: 'config.json', set: { '$..systemName': 'north' } }];
  const bad = profile({ mappings: [{ source: 'config', destination: 'config', patches }] });
  expect(() => parseSyncProfile(bad)).toThrow('spec.mappings[0].patches[0].set');
  expect(() => parseSyncProfile(bad)).toThrow('paths name one value each');
});

describe('a good resource', () => {
  test.each(fixtures('good').map((fixture) => [fixture.name, fixture] as const))(
    '%s is taken',
    (_name, { resource }) => {
      const parsed = resource.kind === 'Stoker' ? parseStoker(resource) : parseSyncProfile(resource);
      expect(parsed).toMatchObject({ kind: resource.kind, metadata: resource.metadata });
    },
  );

  test('gets its defaults, and what was given stays as it was', () => {
    const given = profile({ mappings: [{ source: 'projects', destination: 'projects' }] });
    const before = structuredClone(given);
    expect(parseSyncProfile(given).spec).toEqual({
      dependsOn: [],
      mappings: [
        {
          source: 'projects',
          destination: 'projects',
          type: 'dir',
          required: false,
          prune: 'mirror',
          allowEmpty: false,
          template: false,
          patches: [],
        },
      ],
      excludePatterns: [],
      vars: {},
      syncPeriod: 30,
      driftPolicy: 'report',
      verification: { onFailure: 'report' },
      designerSessionPolicy: 'proceed',
      dryRun: false,
      paused: false,
    });
    expect(given).toEqual(before);
  });
});
