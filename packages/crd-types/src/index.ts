export type * from './wire/documents.ts';
// Agreed face (implementations follow):
//   types Stoker, StokerSpec, StokerStatus, DiscoveredGateway, SyncProfile, SyncProfileSpec, SyncProfileStatus
//   stokers, syncProfiles: { group, version, kind, plural, namespaced }  (structurally a ResourceType of @stoker/kube)
//   parseStoker / parseSyncProfile(unknown): validated with defaults applied; throws StokerError InvalidResource naming field, found, fix
//   parseMetadataDocument / parseStatusDocument / parseChangesDocument(text: string): typed; unknown fields ignored; StokerError InvalidDocument
//   metadataName(cr, gateway) statusName changesName ; documentKeys = { metadata: 'metadata.json', status: 'status.json', changes: 'changes.json' }
//   agentSecretName(cr) = `stoker-agent-<cr>` ; secret keys: token, username, ssh-privatekey, known_hosts, ca.crt, gateway-api-key, gateway-ca.crt
//   annotations, labels: constant objects with doc comments ; conditionTypes, reasons
//   templateShape: for checkTemplate of @stoker/template
//   resolveProfiles(stoker spec, profiles in order): ResolvedProfile ; releaseId(commit, resolvedProfile): string
