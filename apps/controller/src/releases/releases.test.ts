import { describe, expect, test } from '@jest/globals';
import { parseSyncProfile, type SyncProfile } from '@stoker/crd-types';
import { checkedProfile } from '../profiles/checkProfile.ts';
import { commit, makeDraft, makeRelease } from '../testing/draft.ts';
import { chooseProfiles, makeCandidate } from './candidate.ts';
import { advanceRollouts, rolledOutTo } from './rollouts.ts';

const { stoker } = makeDraft();
const dir = (source: string, destination: string) => ({ source, destination });

function profile(name: string, spec: object): SyncProfile {
  return parseSyncProfile({ apiVersion: 'stoker.io/v1alpha1', kind: 'SyncProfile', metadata: { name }, spec });
}

describe('a candidate', () => {
  const base = profile('base', { mappings: [dir('shared/{{.Vars.area}}', 'projects')] });
  const site = profile('site', { mappings: [dir('site', 'config')], vars: { area: 'north' } });

  test('is the same release for the same commit and profiles, and another for any change', () => {
    const one = makeCandidate(stoker, [base, site], { ref: 'main', commit });
    expect(makeCandidate(stoker, [base, site], { ref: 'other', commit }).id).toBe(one.id);
    expect(makeCandidate(stoker, [base, site], { ref: 'main', commit: 'b'.repeat(40) }).id).not.toBe(one.id);
    const edited = profile('site', { mappings: [dir('site', 'config')], vars: { area: 'south' } });
    expect(makeCandidate(stoker, [base, edited], { ref: 'main', commit }).id).not.toBe(one.id);
    expect(one.profileNames).toEqual(['base', 'site']);
  });

  test('is refused when a path uses a variable that none of the profiles has', () => {
    expect(() => makeCandidate(stoker, [base], { ref: 'main', commit })).toThrow(
      expect.objectContaining({
        reason: 'InvalidTemplate',
        message: expect.stringContaining('spec.mappings[0].source'),
      }),
    );
  });

  test('is refused when two profiles claim one destination', () => {
    const other = profile('other', { mappings: [dir('x', './config/')] });
    expect(() => makeCandidate(stoker, [site, other], { ref: 'main', commit })).toThrow(
      expect.objectContaining({ reason: 'ProfilesConflict', message: expect.stringContaining('other') }),
    );
  });

  test('is refused when its profiles do not fit into the document that tells an agent of them, counted as UTF-8', () => {
    const withText = (name: string, text: string) =>
      profile(name, {
        mappings: [{ ...dir(name, name), patches: [{ file: 'a.json', set: { '$.a': text } }] }],
      });
    const half = withText('half', 'x'.repeat(490_000));
    expect(makeCandidate(stoker, [half], { ref: 'main', commit }).profileNames).toEqual(['half']);
    for (const profiles of [[half, withText('other', 'x'.repeat(500_000))], [withText('other', 'é'.repeat(500_000))]]) {
      expect(() => makeCandidate(stoker, profiles, { ref: 'main', commit })).toThrow(
        expect.objectContaining({ reason: 'ProfilesTooLarge', message: expect.stringContaining('other') }),
      );
    }
  });
});

describe('the profiles of a gateway', () => {
  const known = new Map([['site', checkedProfile(profile('site', { mappings: [dir('.', '.')] }))]]);

  test('are told by name when one is missing, with those there are', () => {
    expect(() => chooseProfiles(['area'], known)).toThrow(
      expect.objectContaining({
        reason: 'ProfileNotFound',
        message: expect.stringContaining('area'),
        hint: expect.stringContaining('site'),
      }),
    );
  });

  test('are not used when one is refused', () => {
    const broken = {
      ...profile('broken', { mappings: [dir('.', '.')] }),
      spec: { ...profile('x', { mappings: [dir('.', '.')] }).spec, mappings: [] },
    };
    const facts = new Map([['broken', checkedProfile(broken)]]);
    expect(() => chooseProfiles(['broken'], facts)).toThrow(expect.objectContaining({ reason: 'ProfileNotAccepted' }));
  });
});

describe('a rollout', () => {
  const release = makeRelease();
  const gateway = (completedReleaseId: string | undefined) => ({ profileNames: ['site'], release, completedReleaseId });

  test('is complete when every gateway of the profile has completed it', () => {
    expect(advanceRollouts({}, [gateway(release.id), gateway(release.id)])).toEqual({ site: release });
  });

  test('is of no profiles but its own, though every object seems to have a `constructor`', () => {
    expect(rolledOutTo({ site: release }, ['site'])).toBe(release);
    expect(rolledOutTo({ site: release }, ['constructor'])).toBeUndefined();
  });

  test.each([
    ['one gateway has not', [gateway(release.id), gateway(undefined)]],
    [
      'one gateway is on another release',
      [gateway(release.id), { ...gateway('release-0'), release: makeRelease({ id: 'release-0' }) }],
    ],
    ['there is no gateway', []],
  ])('is what it was before when %s', (_name, gateways) => {
    const before = { site: makeRelease({ id: 'release-0' }) };
    expect(advanceRollouts(before, gateways)).toBe(before);
  });
});
