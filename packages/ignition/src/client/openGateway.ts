import { setTimeout as sleep } from 'node:timers/promises';
import { parseGwinfo, parseScanStatus, parseStatusPing } from './answers.ts';
import type { Readiness, ScanKind, ScanStatus, StatusPing } from './answers.ts';
import { exchange, type Access, type Answer, type Request } from './exchange.ts';
import { healthCalls, type GatewayHealth } from './healthCalls.ts';
import { answerError, gatewayError, isPassing } from './gatewayError.ts';
import { readReadiness } from './readReadiness.ts';

export interface GatewayOptions {
  /** Scheme, host and port: `https://localhost:8043`. */
  readonly baseUrl: string;
  /** `<name>:<key>`, both parts. */
  readonly apiToken?: string | undefined;
  /** PEM; replaces the system's authorities. */
  readonly caBundle?: string | undefined;
  /** Accept any certificate. */
  readonly insecureSkipVerify?: boolean | undefined;
  /** For each call, its whole answer included. */
  readonly timeoutMs: number;
}

export interface ScanLockTimes {
  /** How long to wait for somebody else's lock. */
  readonly acquireSeconds: number;
  /** After which the gateway ends the lock by itself. */
  readonly holdSeconds: number;
}

export interface ScanWait {
  readonly timeoutMs: number;
  readonly pollMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** A gateway's REST API. Every call throws a `StokerError`; its reasons are in `gatewayError.ts`. */
export interface Gateway extends GatewayHealth {
  /** Needs no token, and is answered while all else is not. */
  statusPing(signal?: AbortSignal): Promise<StatusPing>;
  /** Needs no token, and exists on every version: `Version`, `ContextStatus`, `RedundancyStatus` and more. */
  gwinfo(signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Throws only for what a person must put right, such as a certificate. */
  readiness(signal?: AbortSignal): Promise<Readiness>;
  /** Asks for a scan, which also releases the scan lock. The scan goes on after this: see `awaitScan`. */
  scan(kind: ScanKind, signal?: AbortSignal): Promise<ScanStatus>;
  scanStatus(kind: ScanKind, signal?: AbortSignal): Promise<ScanStatus>;
  /**
   * Waits until a scan has ended that was not yet over in `before`, a status from ahead of `scan`. A gateway that goes away
   * meanwhile is waited for: it reads everything when it comes back. Throws `GatewayTimeout` for a scan that never ends.
   */
  awaitScan(kind: ScanKind, before: ScanStatus, wait: ScanWait): Promise<ScanStatus>;
  /** Keeps the gateway from scanning until `scan`, or until the lock runs out. Throws `ScanLockUnavailable`. */
  acquireScanLock(kind: ScanKind, times: ScanLockTimes, signal?: AbortSignal): Promise<void>;
}

/** Opens nothing yet: each call is a connection of its own. Throws `TypeError` when `baseUrl` is no http or https URL. */
export function openGateway(options: GatewayOptions): Gateway {
  const { apiToken, caBundle, insecureSkipVerify = false, timeoutMs } = options;
  const access: Access = { baseUrl: parseBaseUrl(options.baseUrl), caBundle, insecureSkipVerify };
  const { origin } = access.baseUrl;

  async function ask(request: Omit<Request, 'timeoutMs' | 'headers'>, signal?: AbortSignal): Promise<Answer> {
    const answer = await exchange(access, { ...request, headers: {}, timeoutMs }, signal);
    if (answer.status !== 200) throw answerError(answer, origin, undefined);
    return answer;
  }

  /** A call of the REST API. Statuses above 400 that only some calls know are theirs to read. */
  async function call(
    request: Pick<Request, 'method' | 'path'> & { readonly body?: object; readonly extraMs?: number },
    signal?: AbortSignal,
  ): Promise<Answer> {
    const { method, path, body, extraMs = 0 } = request;
    const answer = await exchange(
      access,
      {
        method,
        path: `/data/api/v1/${path}`,
        headers: {
          accept: 'application/json',
          ...tokenHeader(apiToken, origin),
          ...(body && { 'content-type': 'application/json' }),
        },
        body: body && JSON.stringify(body),
        timeoutMs: timeoutMs + extraMs,
      },
      signal,
    );
    if (answer.status === 200 || answer.status === 408 || answer.status === 409) return answer;
    throw answerError(answer, origin, answer.status === 404 ? await versionIfKnown(signal) : undefined);
  }

  async function versionIfKnown(signal?: AbortSignal): Promise<string | undefined> {
    try {
      return (await gwinfo(signal)).get('Version');
    } catch (error) {
      signal?.throwIfAborted();
      // The 404 that made us ask is the better error to report.
      if (Error.isError(error)) return undefined;
      throw error;
    }
  }

  async function statusPing(signal?: AbortSignal): Promise<StatusPing> {
    const { body } = await ask({ method: 'GET', path: '/StatusPing' }, signal);
    return parseStatusPing(parseJson(body)) ?? unusable('/StatusPing');
  }

  async function gwinfo(signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const { body } = await ask({ method: 'GET', path: '/system/gwinfo' }, signal);
    return parseGwinfo(body) ?? unusable('/system/gwinfo');
  }

  async function scanStatusBy(method: 'GET' | 'POST', kind: ScanKind, signal?: AbortSignal): Promise<ScanStatus> {
    const answer = await call({ method, path: `scan/${kind}` }, signal);
    if (answer.status !== 200) throw answerError(answer, origin, undefined);
    return parseScanStatus(parseJson(answer.body)) ?? unusable(`scan/${kind}`);
  }

  async function getJson(path: string, signal: AbortSignal | undefined): Promise<unknown> {
    const answer = await call({ method: 'GET', path }, signal);
    if (answer.status !== 200) throw answerError(answer, origin, undefined);
    return parseJson(answer.body);
  }

  function unusable(path: string): never {
    throw gatewayError('GatewayError', `the gateway at ${origin} answered ${path} with something else than expected`, {
      hint: 'check that gateway.port is the port of an Ignition gateway, with no proxy in front',
    });
  }

  return {
    statusPing,
    gwinfo,
    readiness: (signal) => readReadiness({ statusPing, gwinfo }, signal),
    ...healthCalls(getJson, unusable),
    scan: (kind, signal) => scanStatusBy('POST', kind, signal),
    scanStatus: (kind, signal) => scanStatusBy('GET', kind, signal),

    async awaitScan(kind, before, { timeoutMs: limitMs, pollMs, signal }) {
      const startedAtMs = performance.now();
      for (;;) {
        let passing: unknown;
        try {
          const status = await scanStatusBy('GET', kind, signal);
          if (!status.active && status.lastScanAtMs > before.lastScanAtMs) return status;
        } catch (error) {
          if (!isPassing(error)) throw error;
          passing = error;
        }
        if (performance.now() - startedAtMs > limitMs) {
          throw gatewayError(
            'GatewayTimeout',
            `the gateway at ${origin} did not finish a scan of ${kind} in ${limitMs} ms`,
            {
              hint: 'the gateway accepted the scan: its log tells what it is busy with',
              cause: passing,
            },
          );
        }
        await sleep(pollMs, undefined, signal && { signal });
      }
    },

    async acquireScanLock(kind, { acquireSeconds, holdSeconds }, signal) {
      const body = { acquireTimeout: acquireSeconds, holdTimeout: holdSeconds };
      const extraMs = acquireSeconds * 1000;
      const answer = await call({ method: 'POST', path: `scan-lock/${kind}`, body, extraMs }, signal);
      if (answer.status !== 200) {
        throw gatewayError(
          'ScanLockUnavailable',
          `the scan lock for ${kind} of the gateway at ${origin} is taken (${answer.status})`,
          {
            hint: 'another tool is changing files of this gateway; its lock ends by itself',
          },
        );
      }
    },
  };
}

function parseBaseUrl(text: string): URL {
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TypeError(`${url.protocol} is no http or https URL`);
  return url;
}

/** A token that cannot be sent is refused here: node's own error would quote it. */
function tokenHeader(apiToken: string | undefined, origin: string): Record<string, string> {
  if (apiToken === undefined) return {};
  const token = apiToken.trim();
  if (!/^[\x20-\x39\x3b-\x7e]+:[\x21-\x7e]+$/.test(token)) {
    throw gatewayError(
      'GatewayUnauthorized',
      `the API token for the gateway at ${origin} is not of the form <name>:<key>`,
      {
        hint: 'copy the whole text that the gateway showed when the token was made, the name before the colon included',
      },
    );
  }
  return { 'X-Ignition-API-Token': token };
}

/** Undefined for what is no JSON: an HTML page of Jetty, or a proxy. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (Error.isError(error)) return undefined;
    throw error;
  }
}
