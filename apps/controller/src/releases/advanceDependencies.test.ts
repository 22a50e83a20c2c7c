import { describe, expect, test } from '@jest/globals';
import type { Release, StatusDocument } from '@stoker/crd-types';
import { makeRelease, makeStatus } from '../testing/draft.ts';
import { advanceDependencies, dependencyKey, type Follower } from './advanceDependencies.ts';

const at = (letter: string, changes: Partial<Release> = {}) =>
  makeRelease({ id: `release-${letter}`, commit: letter.repeat(40), ...changes });

/** A gateway that was told the first of these and has completed the others, the latest first. */
function gateway(
  told: Release,
  [present, ...earlier]: string,
  { profileNames = ['site'], ...changes }: Partial<StatusDocument> = {},
): Follower {
  const history = [present ?? '', ...earlier].map((letter, index) => ({
    at: `2026-01-01T00:00:${59 - index}Z`,
    commit: letter.repeat(40),
    releaseId: `release-${letter}`,
    outcome: 'Synced' as const,
    changed: 1,
    durationMs: 1,
  }));
  const commit = (present ?? '').repeat(40);
  const status = makeStatus({ releaseId: `release-${present}`, commit, history, ...changes });
  return { profileNames, release: told, status };
}

const notBorne = { reason: 'VerificationFailed', message: 'new problems', since: '2026-01-01T00:00:00Z', attempt: 1 };
const key = dependencyKey('site');
const before = { [key]: at('a') };
const inOtherRepository = { [key]: at('a', { repository: 'https://git.example.com/other.git' }) };
const careful = (onFailure: 'retry' | 'rollback') => ({ profile: { ...at('c').profile, verification: { onFailure } } });

describe('what all gateways of a profile have completed', () => {
  test.each<[string, string, readonly Follower[]]>([
    [
      'goes on once all have, whatever other profiles they have',
      'b',
      [gateway(at('b'), 'b'), gateway(at('b'), 'b', { profileNames: ['base', 'site'] })],
    ],
    ['goes on while all are told the next one already', 'b', [gateway(at('c'), 'ba'), gateway(at('c'), 'ba')]],
    ['goes on while the faster one has the next already', 'b', [gateway(at('c'), 'cba'), gateway(at('c'), 'ba')]],
    ['goes on while they are told different ones', 'b', [gateway(at('d'), 'cba'), gateway(at('c'), 'ba')]],
    ['is the newest of several', 'c', [gateway(at('e'), 'dcba'), gateway(at('e'), 'cba')]],
    ['is found where each has gone on', 'b', [gateway(at('e'), 'cba'), gateway(at('e'), 'dba')]],
    ['goes back with all of them', '0', [gateway(at('0'), '0ba'), gateway(at('0'), '0a')]],
  ])('%s', (_name, expected, gateways) => {
    const after = advanceDependencies(before, gateways, [['site']]);
    expect(after[key]).toMatchObject({ id: `release-${expected}`, commit: expected.repeat(40), ref: 'main' });
  });

  test.each<[string, readonly Follower[]]>([
    ['one has not', [gateway(at('b'), 'ba'), gateway(at('b'), 'a')]],
    ['they have different ones', [gateway(at('b'), 'ba'), gateway(at('c'), 'ca')]],
    ['nobody names the profile', [gateway(at('b'), 'b', { profileNames: ['area'] })]],
    ['one was told nothing', [gateway(at('b'), 'ba'), { ...gateway(at('b'), 'ba'), release: undefined }]],
    ['one has not reported', [gateway(at('b'), 'ba'), { ...gateway(at('b'), 'ba'), status: undefined }]],
    ['one does not bear it', [gateway(at('b'), 'b', { error: notBorne })]],
    ['only some have gone back', [gateway(at('0'), 'a0'), gateway(at('0'), '0a0')]],
    ['the ref is another one now', [gateway(at('c', { ref: 'next' }), 'ba')]],
    ['some are told another ref', [gateway(at('b'), 'ba'), gateway(at('b', { ref: 'next' }), 'ba', { ref: 'next' })]],
    ['the commit was told with another profile', [gateway(at('b', { id: 'release-of-other-profile' }), 'ba')]],
    [
      'a history does not say whether it was borne',
      [gateway(at('c', careful('retry')), 'cba'), gateway(at('c', careful('retry')), 'ba')],
    ],
  ])('is the same object while %s', (_name, gateways) => {
    expect(advanceDependencies(before, gateways, [['site']])).toBe(before);
  });

  test('goes on by what careful gateways report together', () => {
    const told = at('c', careful('rollback'));
    const after = advanceDependencies(before, [gateway(told, 'ba'), gateway(told, 'ba')], [['site']]);
    expect(after[key]?.commit).toBe('b'.repeat(40));
  });

  test('goes on by what careful gateways have borne before', () => {
    const told = at('c', careful('retry'));
    const bore = (letters: string): Follower => {
      const { status, ...follower } = gateway(told, letters);
      const history = status?.history.map((entry) => ({ ...entry, verified: true })) ?? [];
      return { ...follower, status: makeStatus({ ...status, history }) };
    };
    const after = advanceDependencies(before, [bore('cba'), bore('ba')], [['site']]);
    expect(after[key]?.commit).toBe('b'.repeat(40));
  });

  test('is begun by what one reports and the others have had', () => {
    const after = advanceDependencies({}, [gateway(at('c'), 'ba'), gateway(at('c'), 'a')], [['site']]);
    expect(after[key]?.commit).toBe('a'.repeat(40));
  });

  test('counts in another repository only once it was told there', () => {
    const gateways = [gateway(at('c'), 'b'), gateway(at('c'), 'b')];
    expect(advanceDependencies(inOtherRepository, gateways, [['site']])).toBe(inOtherRepository);
    const after = advanceDependencies(inOtherRepository, [gateway(at('c'), 'cb')], [['site']]);
    expect(after[key]).toEqual(at('c'));
  });

  test('is of several profiles together what the gateways of all have completed', () => {
    const site = gateway(at('c'), 'cba');
    const line = gateway(at('c'), 'ba', { profileNames: ['line'] });
    const both = [['site', 'line']];
    expect(advanceDependencies({}, [site, line], both)[dependencyKey('line', 'site')]?.commit).toBe('b'.repeat(40));
    expect(advanceDependencies({}, [site], both)).toEqual({});
  });
});
