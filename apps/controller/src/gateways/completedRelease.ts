import { reasons, type Release, type StatusDocument } from '@stoker/crd-types';

/** Id of the release that a gateway's folder equals, by its live pod's report; not of one that the gateway does not bear. */
export function completedReleaseId(status: StatusDocument | undefined): string | undefined {
  if (status?.phase === 'DryRun' || status?.syncedAt === undefined || isRejected(status)) return undefined;
  return status.releaseId;
}

/** Whether a gateway whose profile asks for no more than a plan has reported that of this release. */
export function hasPlanned(status: StatusDocument | undefined, { id, profile }: Release): boolean {
  const latest = status?.history[0];
  return profile.dryRun && latest?.outcome === 'DryRun' && latest.releaseId === id;
}

/** Others are not to begin with such a release either. */
function isRejected({ error }: StatusDocument): boolean {
  return error?.reason === reasons.VerificationFailed || error?.reason === reasons.RollbackFailed;
}
