import { isNativeError } from 'node:util/types';

/**
 * What a caller may do about an error: `transient` errors go away by themselves and are tried again with back-off,
 * `waiting` errors end when something else happens, `stalled` errors need a person.
 */
export type ErrorClass = 'transient' | 'waiting' | 'stalled';

export interface StokerErrorOptions {
  /** Stable, CamelCase; ends up in conditions, events and metrics. */
  readonly reason: string;
  readonly class: ErrorClass;
  /** One sentence for the person: what to do. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

const brand = Symbol.for('@stoker/errors/StokerError');

/** The shared base of every expected failure. Its message is safe to publish: it never holds a credential. */
export class StokerError extends Error {
  readonly reason: string;
  readonly class: ErrorClass;
  readonly hint: string | undefined;

  constructor(message: string, options: StokerErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StokerError';
    this.reason = options.reason;
    this.class = options.class;
    this.hint = options.hint;
    Object.defineProperty(this, brand, { value: true });
  }

  /** The reason, under the name by which Node's own errors have theirs. */
  get code(): string {
    return this.reason;
  }
}

/** Also true for an error made by another copy of this package. */
export function isStokerError(error: unknown): error is StokerError {
  return typeof error === 'object' && error !== null && brand in error;
}

/**
 * `{ reason, message, hint }` of anything thrown; an unexpected error gets the reason `InternalError`. (`Error.isError` would
 * need Node 24.)
 */
export function describeError(error: unknown): { reason: string; message: string; hint?: string } {
  if (isStokerError(error)) {
    return { reason: error.reason, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
  return { reason: 'InternalError', message: isNativeError(error) ? error.message : String(error) };
}
