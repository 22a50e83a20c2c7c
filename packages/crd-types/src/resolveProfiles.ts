import type { StokerSpec } from './schemas/stokerSpec.ts';
import type { SyncProfileSpec } from './schemas/syncProfileSpec.ts';
import type { ResolvedProfile } from './schemas/wire/release.ts';

/**
 * The profiles of one gateway, in the order of its annotation, as one. Paths stay templates.
 *
 * | field | what several profiles give |
 * | --- | --- |
 * | `mappings` | all of them, in order |
 * | `excludePatterns` | the Stoker's, then all of theirs |
 * | `vars` | all of them; where two name one key, the later profile wins |
 * | `deploymentMode` | that of the last profile that has one |
 * | `syncPeriod` | the shortest |
 * | `driftPolicy` | `restore` if any says so, else `ignore` if any says so, else `report` |
 * | `dryRun` | true if any says so |
 */
export function resolveProfiles(
  stoker: Partial<Pick<StokerSpec, 'excludePatterns'>>,
  profiles: readonly SyncProfileSpec[],
): ResolvedProfile {
  const deploymentMode = profiles.findLast((profile) => profile.deploymentMode !== undefined)?.deploymentMode;
  const patterns = [...(stoker.excludePatterns ?? []), ...profiles.flatMap((profile) => profile.excludePatterns)];
  return {
    mappings: profiles.flatMap((profile) => profile.mappings.map(withoutDefaults)),
    ...(deploymentMode === undefined ? {} : { deploymentMode }),
    excludePatterns: [...new Set(patterns)],
    vars: Object.fromEntries(profiles.flatMap((profile) => Object.entries(profile.vars))),
    syncPeriod: Math.min(longestSyncPeriod, ...profiles.map((profile) => profile.syncPeriod)),
    driftPolicy: resolveDriftPolicy(profiles.map((profile) => profile.driftPolicy)),
    dryRun: profiles.some((profile) => profile.dryRun),
  };
}

/** What a later version may ask for, and this profile does not, leaves the id of its release as it was. */
function withoutDefaults(mapping: SyncProfileSpec['mappings'][number]): ResolvedProfile['mappings'][number] {
  const { template, patches, ...rest } = mapping;
  return { ...rest, ...(template ? { template } : {}), ...(patches.length > 0 ? { patches } : {}) };
}

const longestSyncPeriod = 3600;

/** `report` is the default, so a profile that says anything else means it. */
function resolveDriftPolicy(policies: readonly ResolvedProfile['driftPolicy'][]): ResolvedProfile['driftPolicy'] {
  if (policies.includes('restore')) return 'restore';
  return policies.includes('ignore') ? 'ignore' : 'report';
}
