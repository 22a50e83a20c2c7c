export { createLogger } from './createLogger.ts';
export type { Logger, LogFields, LogLevel } from './createLogger.ts';
export { createRecordStream } from './createRecordStream.ts';
export type { RecordStream } from './createRecordStream.ts';
export { createRedactor } from './redact.ts';
export type { Redactor } from './redact.ts';
