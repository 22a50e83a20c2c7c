import { isStokerError, StokerError, type ErrorClass } from '@stoker/errors';
import type { Answer } from './exchange.ts';

/** What a call of a gateway can fail with, and what a caller may do about it. */
const classes = {
  /** No connection: it is down, or it listens elsewhere. */
  GatewayUnreachable: 'transient',
  /** It accepts and says nothing, or a scan does not end. */
  GatewayTimeout: 'transient',
  /** It answers 503 to everything: about 40 seconds after a restart was asked for. */
  GatewayRestarting: 'transient',
  /** Nobody has set it up yet: everything redirects to `/welcome`. */
  GatewayCommissioning: 'waiting',
  /** Someone else holds the scan lock. */
  ScanLockUnavailable: 'waiting',
  /** The API token is missing or unknown. */
  GatewayUnauthorized: 'stalled',
  /** The API token is known and may not do this, or not over plain http. */
  GatewayForbidden: 'stalled',
  /** Its certificate is not trusted. */
  GatewayCertificateInvalid: 'stalled',
  /** Ignition before 8.3. */
  NoRestApi: 'stalled',
  /** The API lacks this endpoint: scan locks did not always exist. */
  EndpointNotFound: 'stalled',
  /** It was reached and gave no usable answer. */
  GatewayError: 'transient',
} as const satisfies Record<string, ErrorClass>;

export type GatewayReason = keyof typeof classes;

interface Details {
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** The only way errors of this package are made. Messages never hold what a gateway sent, nor a token. */
export function gatewayError(reason: GatewayReason, message: string, { hint, cause }: Details = {}): StokerError {
  return new StokerError(message, { reason, class: classes[reason], hint, cause });
}

/** Whether the gateway may merely be on its way down or up. */
export function isPassing(error: unknown): boolean {
  return (
    isStokerError(error) &&
    ['GatewayUnreachable', 'GatewayTimeout', 'GatewayRestarting', 'GatewayError'].includes(error.reason)
  );
}

/** No answer at all. `timedOutAfterMs` tells that our own deadline ended it. */
export function connectionError(error: unknown, { origin }: URL, timedOutAfterMs: number | undefined): StokerError {
  if (isStokerError(error)) return error;
  if (timedOutAfterMs !== undefined) {
    return gatewayError('GatewayTimeout', `the gateway at ${origin} gave no answer within ${timedOutAfterMs} ms`, {
      hint: 'the gateway accepts connections and hangs: look at its log',
      cause: error,
    });
  }
  const code = codeOf(error);
  if (/CERT|SELF_SIGNED|SIGNATURE|ISSUER/.test(code)) {
    return gatewayError(
      'GatewayCertificateInvalid',
      `the certificate of the gateway at ${origin} is refused: ${code}`,
      {
        hint: 'give the certificate, or its issuer, in gateway.caBundleSecretRef',
        cause: error,
      },
    );
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('HPE_')) {
    return gatewayError('GatewayError', `the server at ${origin} does not speak what the URL says: ${code}`, {
      hint: 'gateway.tls and gateway.port belong together: 8043 with TLS, 8088 without',
      cause: error,
    });
  }
  return gatewayError('GatewayUnreachable', `no connection to the gateway at ${origin}: ${code || 'unknown cause'}`, {
    hint: 'check that the gateway runs and that gateway.port is its port',
    cause: error,
  });
}

/** An answer with a status that no caller expects. Pure: what 404 means needs `version`, asked for beforehand. */
export function answerError(answer: Answer, origin: string, version: string | undefined): StokerError {
  const { status, location } = answer;
  const gateway = `the gateway at ${origin}`;
  if (status === 401) {
    return gatewayError('GatewayUnauthorized', `${gateway} does not know the API token (401)`, {
      hint: 'gateway.apiKeySecretRef must hold `<name>:<key>`, both parts, of an API token of this very gateway',
    });
  }
  if (status === 403) {
    return gatewayError('GatewayForbidden', `${gateway} knows the API token and refuses this call (403)`, {
      hint: "give the token's security level write access to the gateway; a token that requires a secure channel needs gateway.tls",
    });
  }
  if (status >= 300 && status < 400) {
    const path = location === undefined ? '' : (URL.parse(location, origin)?.pathname ?? '');
    if (/^\/welcome\b/.test(path)) {
      return gatewayError('GatewayCommissioning', `${gateway} is not commissioned yet (${status} to /welcome)`, {
        hint: 'finish its first set-up in a browser, or let environment variables of its image do it',
      });
    }
    return gatewayError('GatewayError', `${gateway} redirects its REST API (${status})`, {
      hint: 'where plain http is redirected, set gateway.tls to true and gateway.port to the port of https',
    });
  }
  if (status === 404 && version !== undefined && isBefore83(version)) {
    return gatewayError('NoRestApi', `${gateway} runs Ignition ${version}, which has no REST API (it came with 8.3)`, {
      hint: 'files are synced without a scan: let the gateway scan by itself, or upgrade it',
    });
  }
  if (status === 404) {
    return gatewayError(
      'EndpointNotFound',
      `${gateway} (Ignition ${version ?? 'of unknown version'}) lacks this call (404)`,
      {
        hint: 'check that gateway.port is the port of an Ignition gateway, and upgrade it to the last 8.3',
      },
    );
  }
  if (status === 503) {
    return gatewayError('GatewayRestarting', `${gateway} is restarting (503)`, { hint: 'it takes about 40 seconds' });
  }
  return gatewayError('GatewayError', `${gateway} answered ${status}`, { hint: "look at the gateway's log" });
}

function isBefore83(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 8 || (major === 8 && minor < 3);
}

function codeOf(error: unknown): string {
  return Error.isError(error) && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
