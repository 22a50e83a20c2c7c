import { describe, expect, test } from '@jest/globals';
import { parseSyncProfile } from './parse/parseResource.ts';
import { resolveProfiles } from './resolveProfiles.ts';
import type { SyncProfile } from './schemas/resources.ts';
import type { SyncProfileSpec } from './schemas/syncProfileSpec.ts';

function profile(source: string, fields: Partial<SyncProfileSpec> = {}): SyncProfile {
  const spec = { mappings: [{ source, destination: source }], ...fields };
  const name = source.replaceAll(/[^a-z]/g, '');
  return parseSyncProfile({ apiVersion: 'stoker.io/v1alpha1', kind: 'SyncProfile', metadata: { name }, spec });
}

describe('several profiles as one', () => {
  test('keep their mappings in the order of the annotation, as templates', () => {
    const { mappings } = resolveProfiles({}, [profile('base/{{.GatewayName}}'), profile('site')]);
    expect(mappings.map(({ source }) => source)).toEqual(['base/{{.GatewayName}}', 'site']);
  });

  test('say of each mapping whose it is, which one alone does not', () => {
    const together = resolveProfiles({}, [profile('base'), profile('site')]).mappings;
    expect(together.map((mapping) => mapping.profile)).toEqual(['base', 'site']);
    const [alone] = resolveProfiles({}, [profile('base')]).mappings;
    expect(alone).not.toHaveProperty('profile');
  });

  test('have the excludes of the Stoker and of all of them, each once', () => {
    const profiles = [
      profile('a', { excludePatterns: ['**/*.md', '**/.git/'] }),
      profile('b', { excludePatterns: ['x'] }),
    ];
    expect(resolveProfiles({ excludePatterns: ['**/.git/'] }, profiles).excludePatterns).toEqual([
      '**/.git/',
      '**/*.md',
      'x',
    ]);
  });

  test('have the vars of all of them, and of the later one where they differ', () => {
    const profiles = [profile('a', { vars: { site: 'north', line: '1' } }), profile('b', { vars: { site: 'south' } })];
    expect(resolveProfiles({}, profiles).vars).toEqual({ site: 'south', line: '1' });
  });

  test('have the deployment mode of the last one that names one, with its name, which one alone does not say', () => {
    const mode = (name: string) => ({ deploymentMode: { name, source: name } });
    const profiles = [profile('a', mode('dev')), profile('b', mode('prod')), profile('c')];
    expect(resolveProfiles({}, profiles).deploymentMode).toEqual({ name: 'prod', source: 'prod', profile: 'b' });
    expect(resolveProfiles({}, [profile('b', mode('prod'))])).toHaveProperty('deploymentMode', {
      name: 'prod',
      source: 'prod',
    });
    expect(resolveProfiles({}, [profile('a')])).not.toHaveProperty('deploymentMode');
  });

  test('are checked as often as the most eager of them wants', () => {
    const periods = (...seconds: number[]) => seconds.map((syncPeriod, index) => profile(`p${index}`, { syncPeriod }));
    expect(resolveProfiles({}, periods(3600, 60)).syncPeriod).toBe(60);
    expect(resolveProfiles({}, periods(3600)).syncPeriod).toBe(3600);
  });

  test.each([
    [['report', 'report'], 'report'],
    [['ignore', 'report'], 'ignore'],
    [['report', 'restore', 'ignore'], 'restore'],
  ] as const)('that say %j about drift say %s together', (policies, together) => {
    const profiles = policies.map((driftPolicy, index) => profile(`p${index}`, { driftPolicy }));
    expect(resolveProfiles({}, profiles).driftPolicy).toBe(together);
  });

  test.each([
    [['report', 'report'], undefined],
    [['report', 'retry'], { onFailure: 'retry' }],
    [['rollback', 'retry'], { onFailure: 'rollback' }],
  ] as const)('that want %j after a bad sync get %j', (policies, together) => {
    const profiles = policies.map((onFailure, index) => profile(`p${index}`, { verification: { onFailure } }));
    expect(resolveProfiles({}, profiles).verification).toEqual(together);
  });

  test.each([
    [['proceed'], undefined],
    [['proceed', 'wait'], 'wait'],
    [['fail', 'wait'], 'fail'],
  ] as const)('that would %j while somebody edits do %j', (policies, together) => {
    const profiles = policies.map((designerSessionPolicy, index) => profile(`p${index}`, { designerSessionPolicy }));
    expect(resolveProfiles({}, profiles).designerSessionPolicy).toBe(together);
  });

  test('are a dry run if one of them is', () => {
    expect(resolveProfiles({}, [profile('a'), profile('b', { dryRun: true })]).dryRun).toBe(true);
    expect(resolveProfiles({}, [profile('a'), profile('b')]).dryRun).toBe(false);
  });
});
