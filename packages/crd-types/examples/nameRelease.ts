import { parseSyncProfile, releaseId, resolveProfiles } from '@stoker/crd-types';

const profile = parseSyncProfile({
  apiVersion: 'stoker.io/v1alpha1',
  kind: 'SyncProfile',
  metadata: { name: 'site' },
  spec: { mappings: [{ source: 'sites/{{.Vars.site}}', destination: '.' }], vars: { site: 'north' } },
});

const resolved = resolveProfiles({ excludePatterns: ['**/.gitkeep'] }, [profile]);

export const release = releaseId('0123456789abcdef0123456789abcdef01234567', resolved);
