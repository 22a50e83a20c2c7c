import { describe, expect, test } from '@jest/globals';
import { parseSyncProfile, type Release, type SyncProfile } from '@stoker/crd-types';
import { makeRelease } from '../testing/draft.ts';
import { dependencyKey } from './advanceDependencies.ts';
import type { ProfileFacts } from './candidate.ts';
import { checkDependencies, findUnmet } from './dependencies.ts';

function profile(name: string, ...dependsOn: readonly string[]): SyncProfile {
  const spec = {
    mappings: [{ source: '.', destination: '.' }],
    dependsOn: dependsOn.map((profileName) => ({ profileName })),
  };
  return parseSyncProfile({ apiVersion: 'stoker.io/v1alpha1', kind: 'SyncProfile', metadata: { name }, spec });
}

const knownOf = (...profiles: readonly SyncProfile[]): ReadonlyMap<string, ProfileFacts> =>
  new Map(profiles.map((one) => [one.metadata.name, { kind: 'valid', profile: one }]));

const at = (letter: string, changes: Partial<Release> = {}) =>
  makeRelease({ id: `release-${letter}`, commit: letter.repeat(40), ...changes });

describe('a gateway of a profile that depends on site', () => {
  const [site, area] = [profile('site'), profile('area', 'site')];
  const base = {
    profiles: [area],
    commit: 'b'.repeat(40),
    known: knownOf(site, area),
    completed: { [dependencyKey('site')]: at('b') },
    following: [{ profileNames: ['site'] }],
  };
  test.each<[string, Partial<typeof base>]>([
    ['waits for nothing when site has completed the commit', {}],
    ['does not wait for itself when it names site too', { profiles: [site, area], completed: {} }],
  ])('%s', (_name, changes) => {
    expect(findUnmet({ ...base, ...changes })).toBeUndefined();
  });

  test.each<[string, Partial<typeof base>, object]>([
    [
      'may have meanwhile what site has completed',
      { completed: { [dependencyKey('site')]: at('a') } },
      {
        reason: 'DependencyNotSynced',
        message: 'the gateways of SyncProfile site have not all completed bbbbbbbb yet',
        completed: at('a'),
      },
    ],
    [
      'waits while site has completed nothing',
      { completed: {} },
      { reason: 'DependencyNotSynced', completed: undefined },
    ],
    [
      'is told when nobody follows site',
      { completed: {}, following: [] },
      { message: expect.stringContaining('no gateway follows SyncProfile site') },
    ],
    [
      'is told when site is not there',
      { known: knownOf(area) },
      {
        reason: 'DependencyNotFound',
        message: expect.stringContaining('SyncProfile area depends on site'),
        completed: at('b'),
      },
    ],
    [
      'has nothing meanwhile of a commit that is wanted again, and that one of several has left',
      {
        profiles: [profile('area', 'site', 'line')],
        known: knownOf(site, area, profile('line')),
        completed: {
          [dependencyKey('site')]: at('c'),
          [dependencyKey('line')]: at('b'),
          [dependencyKey('site', 'line')]: at('b'),
        },
      },
      { reason: 'DependencyNotSynced', completed: undefined },
    ],
  ])('%s', (_name, changes, expected) => {
    expect(findUnmet({ ...base, ...changes })).toMatchObject(expected);
  });
});

test.each<[string, readonly SyncProfile[]]>([
  ['one level is fine', [profile('site')]],
  ['a profile that is not there is no chain', []],
])('%s', (_name, others) => {
  const checked = profile('area', 'site');
  expect(() => checkDependencies(checked, knownOf(checked, ...others))).not.toThrow();
});

test.each<[string, SyncProfile, SyncProfile]>([
  ['two levels', profile('cell', 'area'), profile('area', 'site')],
  ['a cycle', profile('site', 'area'), profile('area', 'site')],
])('%s is refused', (_name, checked, other) => {
  expect(() => checkDependencies(checked, knownOf(checked, other))).toThrow(
    expect.objectContaining({
      reason: 'DependencyChain',
      message: expect.stringMatching(/area, which itself depends on site/),
    }),
  );
});
