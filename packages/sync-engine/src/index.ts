export { directorySource } from './directorySource.ts';
export { clean } from './sync/clean.ts';
export { formatReport } from './sync/formatReport.ts';
export { readStatus } from './sync/readStatus.ts';
export { recover } from './sync/recover.ts';
export { revert } from './revert/revert.ts';
export { sync } from './sync/sync.ts';
export type { SyncErrorReason } from './syncError.ts';
export type * from './types.ts';
