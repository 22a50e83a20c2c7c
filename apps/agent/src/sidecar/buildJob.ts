import type { MetadataDocument, Release } from '@stoker/crd-types';
import type { SyncJob } from '../converge/job.ts';
import { repositoryOf, type MountedCredentials } from './credentials.ts';
import type { SyncDependencies } from './performSync.ts';
import type { PodFiles } from './podFiles.ts';
import { variablesOf } from './variables.ts';

/** What the sync thread is to do. `restore`: live edits are put back, whatever the drift policy. */
export function buildJob(
  { environment, paths, repositoryScope }: SyncDependencies,
  document: MetadataDocument,
  release: Release,
  {
    mounted,
    restore,
    pod,
  }: { readonly mounted: MountedCredentials; readonly restore: boolean; readonly pod: PodFiles },
): SyncJob {
  return {
    repository: repositoryOf(document.repository, mounted, repositoryScope),
    commit: release.commit,
    ref: release.ref,
    releaseId: release.id,
    profile: restore ? { ...release.profile, driftPolicy: 'restore' } : release.profile,
    profileNames: release.profileNames,
    variables: variablesOf(environment, document, release, pod.labels),
    target: environment.dataDirectory,
    cacheDirectory: `${paths.cache}/git`,
    holder: environment.podUID,
  };
}
