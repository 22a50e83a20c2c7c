import { deploymentModeMapping, ignitionProtection, resourceSeal } from '@stoker/ignition';
import type { Source, SyncRequest } from '@stoker/sync-engine';
import type { SyncJob } from './job.ts';

/** What the engine is asked for: the profile's mappings, its deployment mode last, and what Ignition needs protected. */
export function syncRequest(job: SyncJob, source: Source): SyncRequest {
  const { mappings, deploymentMode, excludePatterns, driftPolicy } = job.profile;
  return {
    source,
    target: job.target,
    mappings: deploymentMode === undefined ? mappings : [...mappings, deploymentModeMapping(deploymentMode)],
    excludePatterns,
    variables: job.variables,
    protection: ignitionProtection,
    seal: resourceSeal,
    driftPolicy,
    release: { id: job.releaseId, ref: job.ref, commit: job.commit },
    holder: job.holder,
  };
}
