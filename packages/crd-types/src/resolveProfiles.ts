import type { StokerSpec } from './schemas/stokerSpec.ts';
import type { SyncProfile } from './schemas/resources.ts';
import type { SyncProfileSpec } from './schemas/syncProfileSpec.ts';
import type { ResolvedProfile } from './schemas/wire/release.ts';

/**
 * The profiles of one gateway, in the order of its annotation, as one. Paths stay templates.
 *
 * | field | what several profiles give |
 * | --- | --- |
 * | `mappings` | all of them, in order, each with the name of its profile where there are several |
 * | `excludePatterns` | the Stoker's, then all of theirs |
 * | `vars` | all of them; where two name one key, the later profile wins |
 * | `deploymentMode` | that of the last profile that has one, with its name where there are several |
 * | `syncPeriod` | the shortest |
 * | `driftPolicy` | `restore` if any says so, else `ignore` if any says so, else `report` |
 * | `verification.onFailure` | `rollback` if any says so, else `retry` if any says so, else `report` |
 * | `designerSessionPolicy` | `fail` if any says so, else `wait` if any says so, else `proceed` |
 * | `dryRun` | true if any says so |
 */
export function resolveProfiles(
  stoker: Partial<Pick<StokerSpec, 'excludePatterns'>>,
  profiles: readonly Pick<SyncProfile, 'metadata' | 'spec'>[],
): ResolvedProfile {
  const nameOf = ({ metadata }: Pick<SyncProfile, 'metadata'>): { readonly profile?: string } =>
    profiles.length > 1 ? { profile: metadata.name } : {};
  const mappings = profiles.flatMap((profile) =>
    profile.spec.mappings.map((mapping) => ({ ...withoutDefaults(mapping), ...nameOf(profile) })),
  );
  const deploymentMode = profiles
    .map((profile) => profile.spec.deploymentMode && { ...profile.spec.deploymentMode, ...nameOf(profile) })
    .findLast((mode) => mode !== undefined);
  return {
    ...resolveRest(
      stoker,
      profiles.map(({ spec }) => spec),
    ),
    ...(deploymentMode === undefined ? {} : { deploymentMode }),
    mappings,
  };
}

function resolveRest(
  stoker: Partial<Pick<StokerSpec, 'excludePatterns'>>,
  profiles: readonly SyncProfileSpec[],
): Omit<ResolvedProfile, 'mappings' | 'deploymentMode'> {
  const patterns = [...(stoker.excludePatterns ?? []), ...profiles.flatMap((profile) => profile.excludePatterns)];
  return {
    excludePatterns: [...new Set(patterns)],
    vars: Object.fromEntries(profiles.flatMap((profile) => Object.entries(profile.vars))),
    syncPeriod: Math.min(longestSyncPeriod, ...profiles.map((profile) => profile.syncPeriod)),
    driftPolicy: resolveDriftPolicy(profiles.map((profile) => profile.driftPolicy)),
    ...verificationOf(profiles.map((profile) => profile.verification.onFailure)),
    ...sessionPolicyOf(profiles.map((profile) => profile.designerSessionPolicy)),
    dryRun: profiles.some((profile) => profile.dryRun),
  };
}

/** What a later version may ask for, and this profile does not, leaves the id of its release as it was. */
function withoutDefaults(mapping: SyncProfileSpec['mappings'][number]): ResolvedProfile['mappings'][number] {
  const { template, patches, ...rest } = mapping;
  return { ...rest, ...(template ? { template } : {}), ...(patches.length > 0 ? { patches } : {}) };
}

function verificationOf(
  policies: readonly SyncProfileSpec['verification']['onFailure'][],
): Pick<ResolvedProfile, 'verification'> {
  const onFailure = (['rollback', 'retry'] as const).find((policy) => policies.includes(policy));
  return onFailure === undefined ? {} : { verification: { onFailure } };
}

function sessionPolicyOf(
  policies: readonly SyncProfileSpec['designerSessionPolicy'][],
): Pick<ResolvedProfile, 'designerSessionPolicy'> {
  const policy = (['fail', 'wait'] as const).find((one) => policies.includes(one));
  return policy === undefined ? {} : { designerSessionPolicy: policy };
}

const longestSyncPeriod = 3600;

/** `report` is the default, so a profile that says anything else means it. */
function resolveDriftPolicy(policies: readonly ResolvedProfile['driftPolicy'][]): ResolvedProfile['driftPolicy'] {
  if (policies.includes('restore')) return 'restore';
  return policies.includes('ignore') ? 'ignore' : 'report';
}
