import type { SyncJob } from './job.ts';

type Mapping = SyncJob['profile']['mappings'][number];

/** What of a job says where its mappings were written. */
interface Written {
  readonly profile: Pick<SyncJob['profile'], 'mappings' | 'deploymentMode'>;
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
    return { ...mapping, label: `${nameOf(mapping, profileNames)}spec.mappings[${index}]` };
  });
}

/** The field of the deployment mode. */
export function overlayLabel({ profile, profileNames }: Written): string {
  return `${nameOf(profile.deploymentMode, profileNames)}spec.deploymentMode`;
}

/** What is from one of several profiles has its name; where a release does not say it, it may be from any of them. */
function nameOf(written: { readonly profile?: string } | undefined, profileNames: readonly string[] = []): string {
  const names = written?.profile === undefined ? profileNames : [written.profile];
  return names.length === 0 ? '' : `SyncProfile ${names.join(' or ')}, `;
}
