import type { SyncJob } from './job.ts';

type Mapping = SyncJob['profile']['mappings'][number];

/** What of a job says where its mappings were written. */
interface Written {
  readonly profile: Pick<SyncJob['profile'], 'mappings'>;
  readonly profileNames?: SyncJob['profileNames'];
}

/**
 * The mappings of all profiles, each with the name of the field that it was written in, `SyncProfile site,
 * spec.mappings[2]`: its place among the mappings of all profiles is to be seen in no object.
 */
export function labelMappings({ profile, profileNames }: Written): readonly (Mapping & { readonly label: string })[] {
  const counts = new Map<string | undefined, number>();
  return profile.mappings.map((mapping) => {
    const index = counts.get(mapping.profile) ?? 0;
    counts.set(mapping.profile, index + 1);
    const names = mapping.profile === undefined ? profileNames : [mapping.profile];
    return { ...mapping, label: `${nameOf(names)}spec.mappings[${index}]` };
  });
}

/** The field of the deployment mode. Of several profiles a release does not tell which one has it. */
export function overlayLabel({ profileNames }: Pick<Written, 'profileNames'>): string {
  return `${nameOf(profileNames)}spec.deploymentMode`;
}

function nameOf(profiles: readonly string[] | undefined): string {
  return profiles === undefined || profiles.length === 0 ? '' : `SyncProfile ${profiles.join(' or ')}, `;
}
