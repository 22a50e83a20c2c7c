/**
 * Any failure of a call. `reason` is that of the server's `Status` (`NotFound`, `Conflict`, …), or one of ours when
 * there was no answer (then `status` is 0): `Unreachable`, `Timeout`, `Cancelled`, `Unauthenticated` (no credentials
 * could be had), `BadAnswer` (it was not JSON).
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly reason: string;
  /** What the server asked to wait before the next call. */
  readonly retryAfterMs?: number;

  constructor(
    message: string,
    options: { status: number; reason: string; retryAfterMs?: number | undefined; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = options.status;
    this.reason = options.reason;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}

export function isNotFound(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 404;
}

/** The object has changed since it was read. An existing name is `isAlreadyExists`, also a 409. */
export function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 409 && error.reason !== 'AlreadyExists';
}

export function isAlreadyExists(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 409 && error.reason === 'AlreadyExists';
}

export function isForbidden(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 403;
}

/** The resourceVersion or the continue token is too old: list again. */
export function isExpired(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 410;
}

/** Reads the body of a failed answer: a `Status`, or whatever a proxy in between had to say. */
export function readFailure(status: number, text: string, retryAfter: string | undefined): ApiError {
  const body = readStatus(text);
  const seconds = retryAfter === undefined ? body.details?.retryAfterSeconds : Number(retryAfter);
  return new ApiError(body.message ?? `the API server answered ${status}: ${text.slice(0, 300)}`, {
    status,
    reason: body.reason ?? reasonByStatus[status] ?? 'Unknown',
    retryAfterMs: seconds !== undefined && Number.isFinite(seconds) ? seconds * 1000 : undefined,
  });
}

/** The part of `metav1.Status` that is used here. */
export interface Status {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly retryAfterSeconds?: number };
}

/** For answers without a `Status`, which come from proxies or from a server that is starting. */
const reasonByStatus: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

function readStatus(text: string): Status {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'Status'
      ? (body as Status)
      : {};
  } catch {
    // Not JSON: the text itself goes into the message.
    return {};
  }
}
