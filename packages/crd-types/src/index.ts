export { annotations } from './annotations.ts';
export { conditionTypes } from './conditions.ts';
export { durationMs } from './duration.ts';
export { gatewayNameOf, podOrdinal } from './gatewayName.ts';
export { labels } from './labels.ts';
export {
  agentSecretKeys,
  agentSecretName,
  changesName,
  documentKeys,
  metadataName,
  sidecarContainerName,
  statusName,
} from './names.ts';
export {
  documentSchema,
  parseAuditRecord,
  parseChangesDocument,
  parseMetadataDocument,
  parseStatusDocument,
} from './parse/parseDocument.ts';
export { parseStoker, parseSyncProfile } from './parse/parseResource.ts';
export { podSeen } from './podSeen.ts';
export { profileNamesOf } from './profileNames.ts';
export { reasons } from './reasons.ts';
export { releaseId } from './releaseId.ts';
export { resolveProfiles } from './resolveProfiles.ts';
export { stokers, syncProfiles } from './resourceTypes.ts';
export { templateShape } from './templateShape.ts';
export type { Stoker, SyncProfile } from './schemas/resources.ts';
export type { StokerSpec } from './schemas/stokerSpec.ts';
export type { DiscoveredGateway, StokerStatus } from './schemas/stokerStatus.ts';
export type { SyncProfileSpec } from './schemas/syncProfileSpec.ts';
export type { SyncProfileStatus } from './schemas/syncProfileStatus.ts';
export type { AuditRecord } from './schemas/wire/auditRecord.ts';
export type { ChangesDocument } from './schemas/wire/changesDocument.ts';
export type { Hold, MetadataDocument } from './schemas/wire/metadataDocument.ts';
export type { Release, ResolvedProfile } from './schemas/wire/release.ts';
export type { StatusDocument } from './schemas/wire/statusDocument.ts';
