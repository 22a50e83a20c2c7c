import type { ResolvedProfile } from '@stoker/crd-types';
import type { Mapping, Source, SyncRequest } from '@stoker/sync-engine';
import type { SyncJob } from './job.ts';
import { protection } from './protection.ts';

/** Where a deployment mode is laid over: Ignition's own collection of shared configuration. */
const overlayDestination = 'config/resources/core';

/** What the engine is asked for: the profile's mappings, its deployment mode last, and what Ignition needs protected. */
export function syncRequest(job: SyncJob, source: Source): SyncRequest {
  const { profile } = job;
  return {
    source,
    target: job.target,
    mappings: [...profile.mappings, ...overlay(profile)],
    excludePatterns: profile.excludePatterns,
    variables: job.variables,
    protection,
    driftPolicy: profile.driftPolicy,
    release: { id: job.releaseId, ref: job.ref, commit: job.commit },
    holder: job.holder,
  };
}

function overlay({ deploymentMode }: ResolvedProfile): Mapping[] {
  if (deploymentMode === undefined) return [];
  const { source } = deploymentMode;
  return [{ source, destination: overlayDestination, type: 'dir', required: true, prune: 'owned', allowEmpty: true }];
}
