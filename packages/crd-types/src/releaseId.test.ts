import { expect, test } from '@jest/globals';
import { releaseId } from './releaseId.ts';
import type { ResolvedProfile } from './schemas/wire/release.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';
const profile: ResolvedProfile = {
  mappings: [
    { source: 'a', destination: 'b', type: 'dir', required: false, prune: 'mirror', allowEmpty: false },
    { source: 'c', destination: 'd', type: 'dir', required: false, prune: 'mirror', allowEmpty: false },
  ],
  excludePatterns: ['x'],
  vars: { site: 'north', line: '1' },
  syncPeriod: 30,
  driftPolicy: 'report',
  dryRun: false,
};

test('a release keeps its id from version to version, or every gateway would sync anew', () => {
  expect(releaseId(commit, profile)).toBe('5ba4849cf118a068f893');
});

test('the order of keys does not matter', () => {
  const turned = Object.fromEntries(Object.entries(profile).toReversed()) as unknown;
  expect(releaseId(commit, { ...(turned as ResolvedProfile), vars: { line: '1', site: 'north' } })).toBe(
    releaseId(commit, profile),
  );
});

test.each<[string, string, Partial<ResolvedProfile>]>([
  ['commit', commit.replace('0', '1'), {}],
  ['var', commit, { vars: { site: 'south', line: '1' } }],
  ['exclude', commit, { excludePatterns: [] }],
  ['order of mappings', commit, { mappings: profile.mappings.toReversed() }],
  ['deployment mode', commit, { deploymentMode: { name: 'prod', source: 'prod' } }],
  ['drift policy', commit, { driftPolicy: 'restore' }],
  ['var named __proto__', commit, { vars: JSON.parse('{"site":"north","line":"1","__proto__":"x"}') }],
])('another %s is another release', (_what, otherCommit, change) => {
  expect(releaseId(otherCommit, { ...profile, ...change })).not.toBe(releaseId(commit, profile));
});
