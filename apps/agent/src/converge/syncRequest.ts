import { deploymentModeMapping, ignitionProtection, resourceSeal } from '@stoker/ignition';
import type { Source, SyncRequest } from '@stoker/sync-engine';
import type { SyncJob } from './job.ts';
import { labelMappings, overlayLabel } from './labelMappings.ts';

/** What the engine is asked for: the profile's mappings, its deployment mode last, and what Ignition needs protected. */
export function syncRequest(job: SyncJob, source: Source): SyncRequest {
  const { deploymentMode, excludePatterns, driftPolicy } = job.profile;
  const mappings = labelMappings(job).map(({ profile, ...mapping }) => ({ ...mapping, owner: profile }));
  const overlay = deploymentMode && { ...deploymentModeMapping(deploymentMode), label: overlayLabel(job) };
  return {
    source,
    target: job.target,
    mappings: overlay === undefined ? mappings : [...mappings, overlay],
    excludePatterns,
    variables: job.variables,
    protection: ignitionProtection,
    seal: resourceSeal,
    driftPolicy,
    groups: ['projects/*'],
    release: { id: job.releaseId, ref: job.ref, commit: job.commit },
    holder: job.holder,
  };
}
