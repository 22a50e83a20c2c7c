export { createLogger } from './createLogger.ts';
export type { Logger, LogFields, LogLevel } from './createLogger.ts';
export { createRedactor } from './redact.ts';
export type { Redactor } from './redact.ts';
