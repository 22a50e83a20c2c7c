import { isStokerError } from '@stoker/errors';
import { certificateHint, gitError } from '../gitError.ts';
import type { Remote } from '../types.ts';

/** What an HTTP status of a git server means; undefined for 200. The body is never looked at. */
export function classifyStatus(status: number, remote: Remote, credentialsDropped: boolean): Error | undefined {
  const where = remote.url.canonical;
  if (status === 200) return undefined;
  if (status === 401 || status === 403 || status === 407) return refused(status, remote, credentialsDropped);
  if (status === 404 || status === 410) {
    return gitError('RepositoryNotFound', `there is no repository ${where}, or these credentials may not see it`, {
      hint: 'Check the URL; forges answer "not found" for private repositories without valid credentials.',
    });
  }
  return gitError('GitServerError', `the server of ${where} answered with HTTP status ${status}`);
}

function refused(status: number, remote: Remote, credentialsDropped: boolean): Error {
  const where = remote.url.canonical;
  if (status === 407) return proxyRefused(remote);
  if (credentialsDropped) {
    return gitError('AuthenticationFailed', `the server redirects to ${where}, which wants credentials`, {
      hint: 'Credentials are never sent to another host: write the new URL as the repository.',
    });
  }
  if (remote.credentials.kind !== 'token') {
    return gitError('AuthenticationFailed', `the server of ${where} wants credentials and none are given`, {
      hint: 'Give a token: spec.git.auth.token.secretRef.',
    });
  }
  return gitError('AuthenticationFailed', `the server of ${where} refuses the token (HTTP status ${status})`, {
    hint: 'Check that the token is still valid and may read this repository.',
  });
}

/** The proxy itself wants credentials, or refuses the ones in its URL. */
function proxyRefused({ url }: Remote): Error {
  return gitError('AuthenticationFailed', `the proxy in front of ${url.canonical} wants other credentials, or some`, {
    hint: 'In a cluster name a proxy that lets Stoker pass without them; elsewhere they are written into its URL: http://user:password@proxy.example.com:3128.',
  });
}

const timeouts = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
  'ABORT_ERR',
]);

/** An error of the connection as one of ours. Its text names the host at most, never what was sent. */
export function classifyConnectionError(error: unknown, remote: Remote): Error {
  if (isStokerError(error)) return error;
  const { code, cause } = describe(error);
  if (isStokerError(cause)) return cause;
  const where = remote.url.canonical;
  const proxyStatus = proxyStatusOf(error);
  if (proxyStatus === '407') return proxyRefused(remote);
  if (proxyStatus !== undefined) {
    return gitError('GitUnreachable', `the proxy does not connect to ${where} (HTTP status ${proxyStatus})`);
  }
  if (timeouts.has(code)) return gitError('GitTimeout', `the server of ${where} did not answer in time`);
  if (/WRONG_VERSION_NUMBER|^HPE_/.test(code)) {
    return gitError('GitServerError', `the server of ${where} answered with something that is not HTTP (${code})`, {
      hint: 'Check the port, and whether the URL should begin with http:// or https://.',
    });
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|ERR_TLS/.test(code)) {
    return gitError('CertificateInvalid', `the certificate of the server of ${where} is not trusted (${code})`, {
      hint: certificateHint,
    });
  }
  return gitError('GitUnreachable', `the server of ${where} cannot be reached (${code})`);
}

/** undici tells what a proxy answered in its text alone. */
function proxyStatusOf(error: unknown): string | undefined {
  return Error.isError(error) ? /^Proxy .*\((\d{3})\)/.exec(error.message)?.[1] : undefined;
}

function describe(error: unknown): { code: string; cause: unknown } {
  if (typeof error !== 'object' || error === null) return { code: 'unknown', cause: undefined };
  const cause = 'cause' in error ? error.cause : undefined;
  if ('code' in error && typeof error.code === 'string') return { code: error.code, cause };
  return cause === undefined ? { code: 'unknown', cause } : { code: describe(cause).code, cause };
}
