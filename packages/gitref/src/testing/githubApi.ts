import { createPublicKey, randomBytes, verify } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** How the server answers, changeable while it runs. */
export type GitHubApiBehaviour =
  | { readonly kind: 'normal' }
  /** Accepts the request and never answers. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** 201 with this text. */
  | { readonly kind: 'body'; readonly body: string };

export interface GitHubApiOptions {
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** Default: any free one. */
  readonly port?: number;
  /** PEM. See `createCertificate`. */
  readonly tls: { readonly key: string; readonly certificate: string };
  readonly appId: number;
  /** PEM of the App's public key, or of the private one. */
  readonly appKey: string;
  /** By id. */
  readonly installations: Readonly<
    Record<number, { readonly account: string; readonly repositories: readonly string[] }>
  >;
  /** Of a token, in ms; default an hour, as GitHub's. */
  readonly lifetimeMs?: number;
  /** The server's clock. */
  readonly now?: () => number;
  readonly onToken?: (minted: MintedToken) => void;
}

export interface MintedToken {
  readonly token: string;
  readonly expiresAtMs: number;
  /** `acme/plant` */
  readonly repository: string;
  readonly permissions: Readonly<Record<string, string>>;
}

export interface GitHubApi {
  /** For `apiBaseURL`. */
  readonly url: string;
  behave(behaviour: GitHubApiBehaviour): void;
  /** Everything asked so far: its status, and why it was refused. */
  readonly answers: readonly { readonly status: number; readonly message: string; readonly authorization: string }[];
  readonly tokens: readonly MintedToken[];
  close(): Promise<void>;
}

/** A request that is refused, as the real one words it. */
interface Refusal {
  readonly status: number;
  readonly message: string;
}

/**
 * The one call of GitHub's REST API that Stoker needs, `POST /app/installations/{id}/access_tokens`, with its checks of the
 * JSON web token (signature, issuer, times) and of what is asked for. It is a stand-in for a server that cannot be had.
 */
export async function startGitHubApi(options: GitHubApiOptions): Promise<GitHubApi> {
  const now = options.now ?? Date.now;
  const answers: { status: number; message: string; authorization: string }[] = [];
  const tokens: MintedToken[] = [];
  let behaviour: GitHubApiBehaviour = { kind: 'normal' };

  const answer = (request: IncomingMessage, response: ServerResponse, status: number, body: object | string): void => {
    const message = typeof body === 'object' && 'message' in body ? String(body.message) : '';
    answers.push({ status, message, authorization: request.headers.authorization ?? '' });
    response.writeHead(status, { 'content-type': 'application/json', date: new Date(now()).toUTCString() });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (behaviour.kind === 'hang') return;
    if (behaviour.kind === 'body') return answer(request, response, 201, behaviour.body);
    if (behaviour.kind === 'status') {
      for (const [name, value] of Object.entries(behaviour.headers ?? {})) response.setHeader(name, value);
      return answer(request, response, behaviour.status, { message: 'internal-page-content' });
    }
    const made = mint(request, Buffer.concat(chunks).toString(), options, now());
    if ('message' in made) return answer(request, response, made.status, { message: made.message });
    tokens.push(made);
    options.onToken?.(made);
    answer(request, response, 201, {
      token: made.token,
      // Without milliseconds, as the real one writes it.
      expires_at: new Date(made.expiresAtMs).toISOString().replace(/\.\d+Z$/, 'Z'),
      permissions: made.permissions,
      repository_selection: 'selected',
      repositories: [{ name: made.repository.split('/')[1], full_name: made.repository }],
    });
  };
  const { key, certificate } = options.tls;
  const server = createServer({ key, cert: certificate }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://${host}:${port}`,
    answers,
    tokens,
    behave: (next) => void (behaviour = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function mint(request: IncomingMessage, body: string, options: GitHubApiOptions, nowMs: number): MintedToken | Refusal {
  const refusal = checkJwt(request.headers.authorization ?? '', options, nowMs);
  if (refusal !== undefined) return refusal;
  const id = /^\/app\/installations\/(\d+)\/access_tokens$/.exec(request.url ?? '')?.[1];
  const installation = options.installations[Number(id)];
  if (request.method !== 'POST' || installation === undefined) return { status: 404, message: 'Not Found' };
  const wanted = JSON.parse(body) as { repositories?: string[]; permissions?: Record<string, string> };
  const [name, ...others] = wanted.repositories ?? [];
  if (name === undefined || others.length > 0)
    return { status: 422, message: 'a token for one repository was expected' };
  if (!installation.repositories.includes(name)) {
    return { status: 422, message: 'There is at least one repository that does not exist or is not accessible' };
  }
  return {
    token: `ghs_${randomBytes(27).toString('base64url')}`,
    expiresAtMs: nowMs + (options.lifetimeMs ?? 3_600_000),
    repository: `${installation.account}/${name}`,
    permissions: wanted.permissions ?? {},
  };
}

function checkJwt(authorization: string, { appId, appKey }: GitHubApiOptions, nowMs: number): Refusal | undefined {
  const [head = '', claims = '', signature = ''] = authorization.replace(/^Bearer /, '').split('.');
  const unreadable = { status: 401, message: 'A JSON web token could not be decoded' };
  const key = createPublicKey(appKey);
  if (!verify('sha256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url'))) return unreadable;
  const { alg } = decode(head);
  const { iss, iat, exp } = decode(claims);
  const now = Math.floor(nowMs / 1000);
  if (alg !== 'RS256' || typeof iat !== 'number' || typeof exp !== 'number') return unreadable;
  if (String(iss) !== String(appId)) return { status: 401, message: 'Integration must generate a public key' };
  if (iat > now) return { status: 401, message: "'Issued at' claim ('iat') must be in the past" };
  if (exp <= now) return { status: 401, message: "'Expiration time' claim ('exp') must be in the future" };
  if (exp > now + 600) return { status: 401, message: "'Expiration time' claim ('exp') is too far in the future" };
  return undefined;
}

function decode(part: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
}
