import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { StokerError } from '@stoker/errors';
import { AskedToWait, type Deliver } from './createSink.ts';

export interface HttpTarget {
  readonly url: URL;
  /** Its bearer token; read with each request, so that it may be rotated. */
  readonly tokenFile?: string | undefined;
  /** PEM certificates of a private authority; read with each request. */
  readonly caFile?: string | undefined;
  /** The same as text. */
  readonly ca?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

const defaultTimeoutMs = 10_000;
/** Whoever asks for more has a wrong clock as a rule, and the queue is bounded. */
const longestWaitMs = 300_000;
const hint = 'look at the collector of audit records';
/** The same lines would be answered the same: these are not tried again. A token or a server may be put right. */
const refusals: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/** POSTs lines as NDJSON. Whoever takes them answers 2xx once it has them; nothing of an answer's body is read. */
export function postLines(target: HttpTarget): Deliver {
  const { url, tokenFile, caFile, timeoutMs = defaultTimeoutMs } = target;
  return async (lines, signal) => {
    const token = tokenFile === undefined ? undefined : (await readFile(tokenFile, 'utf8')).trim();
    const ca = caFile === undefined ? target.ca : await readFile(caFile, 'utf8');
    const body = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const headers = {
      'content-type': 'application/x-ndjson',
      'content-length': body.length,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const timeout = AbortSignal.timeout(timeoutMs);
    const options = { method: 'POST', headers, signal: AbortSignal.any([signal, timeout]) };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const request =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, ...(ca === undefined ? {} : { ca }) }, resolve)
        : requestHttp(url, options, resolve);
    request.once('error', reject).end(body);
    const response = await promise.catch((cause: unknown) => {
      if (!timeout.aborted) throw cause;
      throw failure('AuditSinkTimeout', `no answer within ${timeoutMs} ms`, 'transient');
    });
    response.resume().once('error', () => undefined);
    const { statusCode = 0 } = response;
    if (statusCode >= 200 && statusCode < 300) return;
    const message = `the answer was ${statusCode}`;
    if (refusals.has(statusCode)) throw failure('AuditSinkRefused', message, 'stalled');
    const waitMs = waitOf(response.headers['retry-after'], Date.now());
    if (waitMs === undefined) throw failure('AuditSinkRefused', message, 'transient');
    throw new AskedToWait(message, { reason: 'AuditSinkRefused', class: 'transient', hint, waitMs });
  };
}

/** Undefined where it says nothing: seconds, or a date. */
function waitOf(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isNaN(ms) ? undefined : Math.min(longestWaitMs, Math.max(0, ms));
}

function failure(reason: string, message: string, errorClass: 'transient' | 'stalled'): StokerError {
  return new StokerError(message, { reason, class: errorClass, hint });
}
