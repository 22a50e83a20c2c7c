import type { StatusDocument } from '@stoker/crd-types';

/** Id of the release that a gateway's folder equals, by its live pod's report. */
export function completedReleaseId(status: StatusDocument | undefined): string | undefined {
  return status?.phase === 'DryRun' || status?.syncedAt === undefined ? undefined : status.releaseId;
}
