import { request } from 'undici';
import type { Dispatcher } from 'undici';
import { gitError } from '../gitError.ts';
import { classifyConnectionError } from '../http/classifyHttpFailure.ts';
import { connect } from '../http/connect.ts';
import { startDeadline } from '../http/deadline.ts';
import type { Remote, ResolveOptions } from '../types.ts';
import { apiBaseUrlOf, parseApiBaseUrl } from './apiBaseUrl.ts';
import { signAppJwt } from './appJwt.ts';
import { classifyAnswer, notInstalledOn } from './classifyAnswer.ts';
import type { AppRepository, GitHubApp, InstallationToken } from './types.ts';

const defaultTimeoutMs = 30_000;
const maxAnswerBytes = 1024 * 1024;
/** Clocks that are further apart are a reason for a refusal. */
const tolerableSkewMs = 30_000;

/**
 * An installation token that can read the contents of this one repository and nothing else. A clock of this machine that
 * is wrong is found out by the server's `Date`, and asked with once more.
 *
 * @throws StokerError with a reason of this package, or the signal's reason; never holds the key, the token or an answer
 */
export async function mintInstallationToken(
  app: GitHubApp,
  repository: AppRepository,
  { signal, timeoutMs = defaultTimeoutMs }: ResolveOptions = {},
  now: () => number = Date.now,
): Promise<InstallationToken> {
  const url = parseApiBaseUrl(app.apiBaseURL ?? apiBaseUrlOf(repository.url), repository.url.scope);
  const api: Remote = { ...repository, url, credentials: { kind: 'none' } };
  // A key that cannot be used is said before anybody is asked.
  const jwt = await signAppJwt(app, now());
  const dispatcher = connect(api);
  const deadline = startDeadline(api, signal, timeoutMs);
  const link = { dispatcher, signal: deadline.signal };
  try {
    const first = await ask(api, { app, repository, jwt }, link);
    const skewMs = first.serverTimeMs === undefined ? 0 : first.serverTimeMs - now();
    const answer =
      first.status === 401 && Math.abs(skewMs) > tolerableSkewMs
        ? await ask(api, { app, repository, jwt: await signAppJwt(app, now() + skewMs) }, link)
        : first;
    return tokenIn(answer, { app, api, repository, nowMs: now() });
  } finally {
    deadline.end();
    await dispatcher.destroy();
  }
}

interface Answer {
  readonly status: number;
  readonly isRateLimited: boolean;
  /** The `Date` header. */
  readonly serverTimeMs: number | undefined;
  readonly body: string;
}

async function ask(
  api: Remote,
  { app, repository, jwt }: { readonly app: GitHubApp; readonly repository: AppRepository; readonly jwt: string },
  link: { readonly dispatcher: Dispatcher; readonly signal: AbortSignal },
): Promise<Answer> {
  try {
    const response = await request(`${api.url.href}/app/installations/${app.installationId}/access_tokens`, {
      ...link,
      method: 'POST',
      headers: {
        authorization: `Bearer ${jwt}`,
        accept: 'application/vnd.github+json',
        'content-type': 'application/json',
        'user-agent': 'stoker',
        'x-github-api-version': '2022-11-28',
      },
      body: JSON.stringify({ repositories: [namesOf(repository).name], permissions: { contents: 'read' } }),
    });
    const header = (name: string) => [response.headers[name]].flat()[0];
    const serverTimeMs = Date.parse(header('date') ?? '');
    return {
      status: response.statusCode,
      isRateLimited:
        response.statusCode === 429 ||
        (response.statusCode === 403 &&
          (header('x-ratelimit-remaining') === '0' || header('retry-after') !== undefined)),
      serverTimeMs: Number.isNaN(serverTimeMs) ? undefined : serverTimeMs,
      body: await readText(response.body, api),
    };
  } catch (error) {
    link.signal.throwIfAborted();
    throw classifyConnectionError(error, api);
  }
}

async function readText(body: AsyncIterable<Buffer>, { url }: Remote): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxAnswerBytes) throw gitError('GitServerError', `the answer of ${url.canonical} has no end`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tokenIn(
  answer: Answer,
  {
    app,
    api,
    repository,
    nowMs,
  }: { readonly app: GitHubApp; readonly api: Remote; readonly repository: AppRepository; readonly nowMs: number },
): InstallationToken {
  const host = api.url.canonical;
  const { owner, name } = namesOf(repository);
  if (answer.status !== 201) throw classifyAnswer(answer, { app, api: host, repository: `${owner}/${name}` });
  const { token, expiresAtMs, repositories } = parseAnswer(answer.body, host);
  // Names are looked up in the account of the installation, which need not be the one of the URL.
  const wanted = `${owner}/${name}`.toLowerCase();
  if (repositories.length > 0 && !repositories.some((found) => found.toLowerCase() === wanted)) {
    throw notInstalledOn(app, `${owner}/${name}`);
  }
  const lifetimeMs = expiresAtMs - (answer.serverTimeMs ?? nowMs);
  if (lifetimeMs <= 0) throw gitError('GitServerError', `${host} hands out a token that has expired`);
  return { token, lifetimeMs };
}

function parseAnswer(
  body: string,
  host: string,
): { readonly token: string; readonly expiresAtMs: number; readonly repositories: readonly string[] } {
  const answer = parseJson(body);
  const token = answer['token'];
  const expiresAtMs = Date.parse(String(answer['expires_at']));
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token) || Number.isNaN(expiresAtMs)) {
    throw gitError('GitServerError', `${host} answered with something that holds no token`, {
      hint: 'Check git.auth.githubApp.apiBaseURL: this is what a sign-in page, or a server that is not GitHub, looks like.',
    });
  }
  const repositories = Array.isArray(answer['repositories']) ? answer['repositories'] : [];
  return {
    token,
    expiresAtMs,
    repositories: repositories.map((repository: { full_name?: unknown } | null) => String(repository?.full_name)),
  };
}

function parseJson(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // What is no JSON holds no token: that is said by whoever looks for one.
    return {};
  }
}

/** `https://github.com/acme/plant.git` is `plant` of `acme`. */
function namesOf({ url }: AppRepository): { readonly owner: string; readonly name: string } {
  const path = new URL(url.href).pathname.replace(/^\/+|\/+$/g, '');
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.git$/, '');
  return { owner: path.slice(0, Math.max(0, path.lastIndexOf('/'))), name };
}
