import { expect, test } from '@jest/globals';
import { labelMappings, overlayLabel } from './labelMappings.ts';

type Written = Parameters<typeof labelMappings>[0];

function jobOf(
  owners: readonly (string | undefined)[],
  profileNames?: readonly string[],
  overlaying?: string,
): Written {
  const whole = {
    source: '.',
    destination: '.',
    type: 'dir',
    required: true,
    prune: 'owned',
    allowEmpty: false,
  } as const;
  const mappings = owners.map((profile) => (profile === undefined ? whole : { ...whole, profile }));
  const deploymentMode = { name: 'prod', source: 'prod', ...(overlaying !== undefined && { profile: overlaying }) };
  return { profile: { mappings, deploymentMode }, profileNames };
}

test.each<[string, Written, readonly string[], string]>([
  [
    'of one profile',
    jobOf([undefined, undefined], ['site']),
    ['SyncProfile site, spec.mappings[0]', 'SyncProfile site, spec.mappings[1]'],
    'SyncProfile site, spec.deploymentMode',
  ],
  [
    'of several profiles',
    jobOf(['base', 'base', 'site', 'site'], ['base', 'site'], 'base'),
    [
      'SyncProfile base, spec.mappings[0]',
      'SyncProfile base, spec.mappings[1]',
      'SyncProfile site, spec.mappings[0]',
      'SyncProfile site, spec.mappings[1]',
    ],
    'SyncProfile base, spec.deploymentMode',
  ],
  [
    'of several profiles, in a release that does not say whose the deployment mode is,',
    jobOf(['base', 'site'], ['base', 'site']),
    ['SyncProfile base, spec.mappings[0]', 'SyncProfile site, spec.mappings[0]'],
    'SyncProfile base or site, spec.deploymentMode',
  ],
  ['of a file', jobOf([undefined, undefined]), ['spec.mappings[0]', 'spec.mappings[1]'], 'spec.deploymentMode'],
])('mappings %s are called as their profile has them', (_, job, labels, overlay) => {
  expect(labelMappings(job).map(({ label }) => label)).toEqual(labels);
  expect(overlayLabel(job)).toBe(overlay);
});
