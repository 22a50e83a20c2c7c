import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { serveGit } from './httpBackend.ts';

/** How the server answers, changeable while it runs. */
export type GitServerBehaviour =
  | { readonly kind: 'normal' }
  /** Accepts the request and never answers. */
  | { readonly kind: 'hang' }
  /** 200 with a sign-in page, as proxies and portals do. */
  | { readonly kind: 'html' }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** To the same path and query at another origin. */
  | { readonly kind: 'redirect'; readonly origin: string; readonly status?: 301 | 302 | 307 | 308 }
  /** Cuts the connection after so many bytes of the body. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  /** Sends so many bytes of the body and then nothing, with the connection open. */
  | { readonly kind: 'stall'; readonly bytes: number };

export interface GitServerOptions {
  /** Address to listen on and to put into URLs; default 127.0.0.1. */
  readonly host?: string;
  /** Default: any free one. */
  readonly port?: number;
  /** PEM; with it the server speaks HTTPS. See `createCertificate`. */
  readonly tls?: { readonly key: string; readonly certificate: string };
  /** Basic authentication. Without `username` any user name will do, as with most tokens. */
  readonly credentials?: { readonly username?: string; readonly token: string };
  /** `false`: an old server, which also refuses to be asked for a commit by SHA unless `shaWants`. */
  readonly protocolVersion2?: boolean;
  /** Whether an old server hands out any commit by SHA; default false. */
  readonly shaWants?: boolean;
  /** `false`: the server does not advertise `shallow` (implies an old server). */
  readonly shallow?: boolean;
}

export interface GitServerRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly authorization: string | undefined;
  /** The `Git-Protocol` header: `version=2`. */
  readonly protocol: string | undefined;
}

export interface GitServer {
  /** `http://127.0.0.1:34567` */
  readonly origin: string;
  readonly port: number;
  /** URL of a repository below the root: `url('site.git')`. */
  url(repository: string): string;
  behave(behaviour: GitServerBehaviour): void;
  /** Replaces what is asked for: a rotated token. `undefined`: no authentication. */
  requireCredentials(credentials: GitServerOptions['credentials']): void;
  /** Everything asked so far, oldest first. */
  readonly requests: readonly GitServerRequest[];
  openConnections(): Promise<number>;
  /** Ends open connections too. */
  close(): Promise<void>;
}

/** Serves the bare repositories in `root` by smart HTTP(S): `git http-backend` below a small server that can misbehave. */
export async function startGitServer(root: string, options: GitServerOptions = {}): Promise<GitServer> {
  const requests: GitServerRequest[] = [];
  let behaviour: GitServerBehaviour = { kind: 'normal' };
  let credentials = options.credentials;

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push({
      method: request.method ?? '',
      url: request.url ?? '',
      authorization: request.headers.authorization,
      protocol: headerText(request.headers['git-protocol']),
    });
    if (behaviour.kind === 'hang') return;
    if (behaviour.kind === 'html' || behaviour.kind === 'status' || behaviour.kind === 'redirect') {
      misbehave(behaviour, request, response);
      return;
    }
    if (credentials !== undefined && !isAuthorized(request.headers.authorization, credentials)) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"', 'Content-Type': 'text/plain' });
      response.end('authentication required\n');
      return;
    }
    serveGit(root, request, response, {
      protocolVersion2: options.protocolVersion2 !== false && options.shallow !== false,
      shaWants: options.shaWants === true,
      shallow: options.shallow !== false,
      cut: behaviour.kind === 'truncate' || behaviour.kind === 'stall' ? behaviour : undefined,
    });
  };

  const server =
    options.tls === undefined
      ? createHttpServer(listener)
      : createHttpsServer({ key: options.tls.key, cert: options.tls.certificate }, listener);
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  const origin = `${options.tls === undefined ? 'http' : 'https'}://${shownHost}:${port}`;

  return {
    origin,
    port,
    requests,
    url: (repository) => `${origin}/${repository}`,
    behave: (next) => void (behaviour = next),
    requireCredentials: (next) => void (credentials = next),
    openConnections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function misbehave(
  behaviour: Extract<GitServerBehaviour, { kind: 'html' | 'status' | 'redirect' }>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (behaviour.kind === 'html') {
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end('<!doctype html><title>Sign in</title><p>internal-page-content');
  } else if (behaviour.kind === 'redirect') {
    response.writeHead(behaviour.status ?? 302, { Location: `${behaviour.origin}${request.url ?? '/'}` });
    response.end();
  } else {
    response.writeHead(behaviour.status, behaviour.headers);
    response.end('internal-page-content');
  }
}

function isAuthorized(header: string | undefined, expected: { username?: string; token: string }): boolean {
  const [scheme, encoded = ''] = (header ?? '').split(' ');
  if (scheme !== 'Basic') return false;
  const [username, ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
  return rest.join(':') === expected.token && (expected.username === undefined || username === expected.username);
}

function headerText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}
