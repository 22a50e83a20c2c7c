import { parseSyncProfile, type SyncProfile } from '@stoker/crd-types';
import { expect, test } from '@jest/globals';
import { makePod } from '../testing/draft.ts';
import { findConflict, profileCombinations } from './findConflict.ts';

function profile(name: string, destination: string): [string, SyncProfile] {
  const spec = { mappings: [{ source: name, destination }] };
  return [name, parseSyncProfile({ apiVersion: 'stoker.io/v1alpha1', kind: 'SyncProfile', metadata: { name }, spec })];
}

const known = new Map([profile('base', 'projects'), profile('site', './projects/'), profile('area', 'config')]);

test('two profiles of one gateway that claim one folder are a conflict of both, and of no third', () => {
  const combinations = [['area', 'base'], ['base', 'site'], ['area']];
  for (const name of ['base', 'site']) {
    const conflict = findConflict(name, combinations, known);
    expect(conflict).toMatchObject({
      reason: 'ProfilesConflict',
      hint: expect.stringContaining('different destinations'),
    });
    expect(conflict?.message).toBe(
      'SyncProfiles base (spec.mappings[0].destination) and site (spec.mappings[0].destination) both claim "./projects/"',
    );
  }
  expect(findConflict('area', combinations, known)).toBeUndefined();
});

test("profiles that no gateway names together are in nobody's way", () => {
  expect(findConflict('base', [['base', 'area'], ['site']], known)).toBeUndefined();
});

test('a profile that is not there is no conflict', () => {
  expect(findConflict('base', [['base', 'missing', 'site']], known)).toBeUndefined();
});

test('pods tell which profiles come together, each list once', () => {
  const pod = (profiles: string) => {
    const { name } = makePod('a');
    return { metadata: { name, annotations: { 'stoker.io/sync-profile': profiles } } };
  };
  expect(profileCombinations([pod('base,site'), pod('base, site'), pod('area'), pod('site,base')])).toEqual([
    ['base', 'site'],
    ['site', 'base'],
  ]);
});
