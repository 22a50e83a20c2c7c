import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { createCertificate } from '../testing/certificate.ts';
import {
  type GitHubApi,
  type GitHubApiBehaviour,
  type GitHubApiOptions,
  startGitHubApi,
} from '../testing/githubApi.ts';
import type { TestCertificate } from '../testing/certificate.ts';
import { parseRepositoryUrl } from '../repositoryUrl.ts';
import { apiBaseUrlOf } from './apiBaseUrl.ts';
import { mintInstallationToken } from './mintInstallationToken.ts';
import type { GitHubApp } from './types.ts';

const pem = (bits: number, type: 'pkcs1' | 'pkcs8' = 'pkcs1') =>
  generateKeyPairSync('rsa', { modulusLength: bits }).privateKey.export({ type, format: 'pem' }).toString();
const privateKey = pem(2048);
const installations = { 7: { account: 'acme', repositories: ['plant', 'mill'] } };
const url = parseRepositoryUrl('https://git.example.com/acme/plant.git', 'standalone');

let tls: TestCertificate;
let api: GitHubApi;
beforeAll(async () => {
  tls = await createCertificate();
});
afterEach(() => api?.close());

async function start(changes: Partial<GitHubApiOptions> = {}): Promise<void> {
  api = await startGitHubApi({ tls, appId: 42, appKey: privateKey, installations, ...changes });
}

function mint(
  changes: Partial<GitHubApp> = {},
  options: { now?: () => number; timeoutMs?: number; repo?: string } = {},
) {
  const app = { appId: 42, installationId: 7, privateKey, apiBaseURL: api.url, ...changes };
  const repository = {
    url: options.repo === undefined ? url : parseRepositoryUrl(options.repo, 'standalone'),
    caBundle: tls.certificate,
  };
  return mintInstallationToken(app, repository, { timeoutMs: options.timeoutMs }, options.now);
}

test('a token reads the contents of the one repository, for as long as the server says', async () => {
  await start();
  const { token, lifetimeMs } = await mint();
  expect(api.tokens).toEqual([
    { token, expiresAtMs: expect.any(Number), repository: 'acme/plant', permissions: { contents: 'read' } },
  ]);
  expect(lifetimeMs).toBeGreaterThan(3_590_000);
  expect(lifetimeMs).toBeLessThanOrEqual(3_601_000);
});

test('a key in PKCS#8 form will do as well', async () => {
  const other = pem(2048, 'pkcs8');
  await start({ appKey: other });
  expect((await mint({ privateKey: other })).token).toBe(api.tokens[0]?.token);
});

test.each([
  ['a day fast', 86_400_000],
  ['a day slow', -86_400_000],
])('a clock that is %s is found out, and the token lives as long as the server says', async (_how, skewMs) => {
  await start();
  const { lifetimeMs } = await mint({}, { now: () => Date.now() + skewMs });
  expect(api.answers.map(({ status }) => status)).toEqual([401, 201]);
  expect(Math.abs(lifetimeMs - 3_600_000)).toBeLessThan(10_000);
});

test('a key that is refused while the clocks agree is asked with once', async () => {
  await start();
  await expect(mint({ appId: 43 })).rejects.toMatchObject({ reason: 'AuthenticationFailed' });
  expect(api.answers).toHaveLength(1);
});

describe('no token is had', () => {
  const withStatus = (status: number, headers?: Record<string, string>): GitHubApiBehaviour => ({
    kind: 'status',
    status,
    ...(headers === undefined ? {} : { headers }),
  });
  test.each<[string, string, Partial<GitHubApp>, GitHubApiBehaviour | undefined, RegExp]>([
    [
      'with a key of another App',
      'AuthenticationFailed',
      { privateKey: pem(2048) },
      undefined,
      /refuses the private key of GitHub App 42/,
    ],
    ['with a short key', 'AuthenticationFailed', { privateKey: pem(1024) }, undefined, /no RSA key of 2048 bits/],
    ['with no key at all', 'AuthenticationFailed', { privateKey: 'canary-no-key' }, undefined, /cannot be read/],
    [
      'for an unknown installation',
      'AuthenticationFailed',
      { installationId: 8 },
      undefined,
      /App 42 has no installation 8/,
    ],
    ['for a suspended installation', 'AuthenticationFailed', {}, withStatus(403), /no token for installation 7/],
    ['over the rate limit', 'GitServerError', {}, withStatus(403, { 'x-ratelimit-remaining': '0' }), /rate limit/],
    ['over the second rate limit', 'GitServerError', {}, withStatus(403, { 'retry-after': '60' }), /rate limit/],
    ['from a server in trouble', 'GitServerError', {}, withStatus(502), /HTTP status 502/],
    [
      'from a server that redirects',
      'GitServerError',
      {},
      withStatus(307, { location: 'https://evil.example/' }),
      /HTTP status 307/,
    ],
    [
      'from a page for people',
      'GitServerError',
      {},
      { kind: 'body', body: '<!doctype html>internal-page-content' },
      /holds no token/,
    ],
    [
      'with a token of two lines',
      'GitServerError',
      {},
      { kind: 'body', body: '{"token":"a\\nb","expires_at":"2099-01-01T00:00:00Z"}' },
      /holds no token/,
    ],
    [
      'that has expired',
      'GitServerError',
      {},
      { kind: 'body', body: '{"token":"a","expires_at":"2001-01-01T00:00:00Z"}' },
      /expired/,
    ],
    [
      'of another account',
      'RepositoryNotFound',
      {},
      {
        kind: 'body',
        body: '{"token":"a","expires_at":"2099-01-01T00:00:00Z","repositories":[{"full_name":"mill/plant"}]}',
      },
      /no access to acme\/plant/,
    ],
    [
      'at a URL that is no URL',
      'InvalidRepositoryUrl',
      { apiBaseURL: 'http://api.example.com' },
      undefined,
      /no https:\/\/ URL/,
    ],
    [
      'at a URL with a password',
      'InvalidRepositoryUrl',
      { apiBaseURL: 'https://a:canary@api.example.com' },
      undefined,
      /user name or a password/,
    ],
  ])('%s: %s', async (_name, reason, app, behaviour, says) => {
    await start();
    if (behaviour !== undefined) api.behave(behaviour);
    const error = await mint(app).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ reason, message: expect.stringMatching(says) });
    expect(JSON.stringify([error, String(error), Object(error)['hint']])).not.toMatch(/canary|PRIVATE|internal-page/);
  });

  test('for a repository that was not selected', async () => {
    await start();
    const repo = 'https://git.example.com/acme/secret.git';
    await expect(mint({}, { repo })).rejects.toMatchObject({
      reason: 'RepositoryNotFound',
      message: 'installation 7 of GitHub App 42 has no access to acme/secret',
    });
  });

  test('from a server that hangs', async () => {
    await start();
    api.behave({ kind: 'hang' });
    await expect(mint({}, { timeoutMs: 100 })).rejects.toMatchObject({ reason: 'GitTimeout' });
  });

  test('from a server whose certificate nobody vouches for', async () => {
    await start({ tls: await createCertificate() });
    await expect(mint()).rejects.toMatchObject({ reason: 'CertificateInvalid' });
  });

  test.each(['https://127.0.0.1/x', 'https://169.254.169.254/x', 'https://localhost/x'])(
    'from %s, when the URL is of an author of CRs',
    async (apiBaseURL) => {
      const repository = { url: parseRepositoryUrl('https://github.com/acme/plant', 'cluster') };
      const app = { appId: 42, installationId: 7, privateKey, apiBaseURL };
      await expect(mintInstallationToken(app, repository)).rejects.toMatchObject({ reason: 'InvalidRepositoryUrl' });
    },
  );
});

test.each([
  ['https://github.com/acme/plant.git', 'https://api.github.com'],
  ['https://acme.ghe.com/acme/plant.git', 'https://api.acme.ghe.com'],
  ['https://github.acme.example:8443/acme/plant', 'https://github.acme.example:8443/api/v3'],
])('the API of %s is %s', (repo, expected) => {
  expect(apiBaseUrlOf(parseRepositoryUrl(repo, 'cluster'))).toBe(expected);
});
