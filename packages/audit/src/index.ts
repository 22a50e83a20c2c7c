export { openAudit } from './openAudit.ts';
export type { Audit, AuditOptions } from './openAudit.ts';
export { sinkTargets } from './sinkOptions.ts';
export type { SinkSettings, SinkTargets } from './sinkOptions.ts';
export type { AuditEntry, LossReason, SinkCounts } from './types.ts';
