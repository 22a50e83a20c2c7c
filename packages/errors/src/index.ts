export { StokerError, isStokerError, describeError } from './stokerError.ts';
export type { ErrorClass, StokerErrorOptions } from './stokerError.ts';
