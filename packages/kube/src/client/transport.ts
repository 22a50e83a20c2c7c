import type { IncomingMessage } from 'node:http';
import type { ClusterAccess, Connection } from '../access/access.ts';
import { type Clock, pause } from '../clock.ts';
import { countRequest } from '../metrics/clientRequests.ts';
import type { StreamOptions } from '../types.ts';
import { ApiError, readFailure } from './apiError.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { exchange, readText, StaleConnection } from './exchange.ts';

const maxRetries = 5;
const defaultTimeoutMs = 30_000;
/** May be sent again although the first one may have been carried out. POST is left out: it would create twice. */
const idempotent: ReadonlySet<string> = new Set(['GET', 'PUT', 'PATCH', 'DELETE']);

export interface Call extends StreamOptions {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string | undefined;
}

/** Requests with authentication, deadline and retries; every failure is an `ApiError`. */
export interface Transport {
  /** The parsed body of the answer, or its text when it is not JSON. */
  call(call: Call): Promise<unknown>;
  /** The body of the answer as it arrives. The deadline is for its head alone. */
  open(call: Call): Promise<AsyncIterable<Uint8Array>>;
}

export function createTransport(access: ClusterAccess, userAgent: string, clock: Clock): Transport {
  /** The head of a good answer, after as many retries as the server asks for and the deadline allows. */
  const attempt = async (call: Call, deadline: Deadline): Promise<IncomingMessage> => {
    for (let retries = 0; ; retries++) {
      try {
        return await sendOnce(access, userAgent, call, deadline);
      } catch (error) {
        const delayMs = retries < maxRetries ? retryDelayMs(call.method, error) : undefined;
        if (delayMs === undefined || delayMs >= deadline.remainingMs()) throw error;
        await pause(clock, delayMs, deadline.signal);
      }
    }
  };

  return {
    call: async (call) => {
      const deadline = startDeadline(clock, call.timeoutMs ?? defaultTimeoutMs, call.signal);
      try {
        const response = await attempt(call, deadline);
        return parse(response, await readText(response));
      } catch (error) {
        throw asApiError(error, call, deadline);
      } finally {
        deadline.release();
      }
    },
    open: async (call) => {
      const deadline = startDeadline(clock, call.timeoutMs ?? defaultTimeoutMs, call.signal);
      try {
        const response = await attempt(call, deadline);
        deadline.lift();
        return chunksOf(response, call, deadline);
      } catch (error) {
        deadline.release();
        throw asApiError(error, call, deadline);
      }
    },
  };
}

async function sendOnce(access: ClusterAccess, userAgent: string, call: Call, deadline: Deadline) {
  const connection = await connect(access);
  const response = await exchange(connection, {
    method: call.method,
    path: call.path,
    headers: {
      accept: call.accept ?? 'application/json',
      'user-agent': userAgent,
      ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
    },
    body: call.body === undefined ? undefined : JSON.stringify(call.body),
    beforeSend: call.beforeSend,
    signal: deadline.signal,
  });
  const status = response.statusCode ?? 0;
  countRequest(call.method, status);
  // A redirect comes from something in between, and nothing has been done: it is no answer to what was asked.
  if (status < 300) return response;
  if (status === 401) connection.refused?.();
  throw readFailure(status, await readText(response), response.headers['retry-after']);
}

async function connect(access: ClusterAccess): Promise<Connection> {
  try {
    return await access.connect();
  } catch (cause) {
    const message = `no credentials for the API server: ${messageOf(cause)}`;
    throw new ApiError(message, { status: 0, reason: 'Unauthenticated', cause });
  }
}

/**
 * 429 says that nothing was done, so anything may be sent again; 5xx with a Retry-After says when, but not whether.
 * Undefined: do not.
 */
function retryDelayMs(method: string, error: unknown): number | undefined {
  if (error instanceof StaleConnection) return idempotent.has(method) ? 0 : undefined;
  if (!(error instanceof ApiError) || error.retryAfterMs === undefined) return undefined;
  const mayRepeat = error.status === 429 || (error.status >= 500 && idempotent.has(method));
  return mayRepeat ? error.retryAfterMs : undefined;
}

function parse(response: IncomingMessage, text: string): unknown {
  if (!response.headers['content-type']?.includes('json')) return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError('the API server answered with broken JSON', { status: 0, reason: 'BadAnswer', cause });
  }
}

async function* chunksOf(response: IncomingMessage, call: Call, deadline: Deadline): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response) yield chunk as Uint8Array;
  } catch (error) {
    throw asApiError(error, call, deadline);
  } finally {
    deadline.release();
    response.destroy();
  }
}

function asApiError(error: unknown, { method, path }: Call, deadline: Deadline): ApiError {
  if (error instanceof ApiError && (error.status !== 0 || !deadline.signal.aborted)) return error;
  const what = `${method} ${path.replace(/\?.*$/u, '')}`;
  const explained = deadline.explain(error, what);
  if (explained) return explained;
  return new ApiError(`${what}: ${messageOf(error)}`, { status: 0, reason: 'Unreachable', cause: error });
}

function messageOf(error: unknown): string {
  if (!Error.isError(error)) return String(error);
  // Node leaves the message of an AggregateError (several addresses, none answers) empty.
  const { message, code } = error as Error & { code?: string };
  return message || code || error.name;
}
