import { describe, expect, test } from '@jest/globals';
import { readEvent, verify } from './index.ts';
import { bytes, commit, hmac, tagObject } from './testing/deliveries.ts';
import type { Headers, Sender, WebhookEvent } from './types.ts';

const secret = 'correct-horse';
const secrets = ['the one before', secret];
const repository = { clone_url: 'https://git.example/acme/plant.git' };
const project = { git_http_url: 'https://git.example/acme/plant.git' };
const push = { ref: 'refs/heads/main', after: commit, repository };
const freight = { commits: [{ repoURL: 'https://git.example/acme/plant.git', id: commit, tag: 'v1' }] };
const app = {
  spec: { source: { repoURL: 'https://git.example/acme/plant.git' } },
  status: { sync: { revision: commit } },
};

type Signing = (text: string) => Headers;
const withHmac =
  (name: string, prefix = 'sha256='): Signing =>
  (text) => ({ [name]: prefix + hmac(secret, text) });
const asGithub = withHmac('X-Hub-Signature-256');
const withBearer: Signing = () => ({ Authorization: `Bearer ${secret}` });
const asSigningToken: Signing = (text) => {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const digest = Buffer.from(hmac(secret, `m.${timestamp}.${text}`), 'hex').toString('base64');
  return { 'webhook-id': 'm', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${digest}` };
};

interface Case {
  readonly of: string;
  readonly headers: Headers;
  readonly payload: object;
  readonly sign: Signing;
  readonly says: readonly [Sender, WebhookEvent['kind'], string?];
}

const cases: readonly Case[] = [
  {
    of: 'a push of GitHub',
    headers: { 'X-GitHub-Event': 'push' },
    payload: push,
    sign: asGithub,
    says: ['github', 'push', 'refs/heads/main'],
  },
  {
    of: 'a tag of GitHub',
    headers: { 'X-GitHub-Event': 'push' },
    payload: { ...push, ref: 'refs/tags/v1', after: tagObject, head_commit: { id: commit } },
    sign: asGithub,
    says: ['github', 'tag', 'refs/tags/v1'],
  },
  {
    of: 'a created branch of GitHub',
    headers: { 'X-GitHub-Event': 'create' },
    payload: { ref: 'main', ref_type: 'branch', repository },
    sign: asGithub,
    says: ['github', 'push', 'refs/heads/main'],
  },
  {
    of: 'a release of GitHub',
    headers: { 'X-GitHub-Event': 'release' },
    payload: { action: 'published', release: { tag_name: 'v1' }, repository },
    sign: asGithub,
    says: ['github', 'release', 'refs/tags/v1'],
  },
  {
    of: 'a ping of GitHub',
    headers: { 'X-GitHub-Event': 'ping' },
    payload: { zen: 'Keep it.', repository },
    sign: asGithub,
    says: ['github', 'ping'],
  },
  {
    of: 'a push of GitLab with its token',
    headers: { 'X-Gitlab-Event': 'Push Hook' },
    payload: { object_kind: 'push', ...push, project },
    sign: () => ({ 'X-Gitlab-Token': secret }),
    says: ['gitlab', 'push', 'refs/heads/main'],
  },
  {
    of: 'a signed tag of GitLab',
    headers: { 'X-Gitlab-Event': 'Tag Push Hook' },
    payload: { object_kind: 'tag_push', ref: 'refs/tags/v1', after: tagObject, checkout_sha: commit, project },
    sign: asSigningToken,
    says: ['gitlab', 'tag', 'refs/tags/v1'],
  },
  {
    of: 'a push of Gitea',
    headers: { 'X-Gitea-Event': 'push', 'X-GitHub-Event': 'push' },
    payload: push,
    sign: withHmac('X-Gitea-Signature', ''),
    says: ['gitea', 'push', 'refs/heads/main'],
  },
  {
    of: 'a push of Forgejo',
    headers: { 'X-Forgejo-Event': 'push', 'X-Gitea-Event': 'push' },
    payload: push,
    sign: withHmac('X-Forgejo-Signature', ''),
    says: ['gitea', 'push', 'refs/heads/main'],
  },
  {
    of: 'an annotated tag of Bitbucket Cloud',
    headers: { 'X-Event-Key': 'repo:push' },
    payload: { push: { changes: [{ new: { type: 'annotated_tag', name: 'v1', target: { hash: commit } } }] } },
    sign: withHmac('X-Hub-Signature'),
    says: ['bitbucket', 'tag', 'refs/tags/v1'],
  },
  {
    of: 'a push of Bitbucket Data Center',
    headers: { 'X-Event-Key': 'repo:refs_changed' },
    payload: { changes: [{ ref: { id: 'refs/heads/main' }, toHash: commit, type: 'UPDATE' }] },
    sign: withHmac('X-Hub-Signature'),
    says: ['bitbucket', 'push', 'refs/heads/main'],
  },
  {
    of: 'a notification of Argo CD',
    headers: {},
    payload: { app },
    sign: withBearer,
    says: ['argocd', 'promotion', commit],
  },
  {
    of: 'freight of Kargo',
    headers: {},
    payload: { freight },
    sign: withHmac('X-Stoker-Signature-256'),
    says: ['kargo', 'promotion', 'refs/tags/v1'],
  },
  {
    of: 'a signed ref of anybody',
    headers: {},
    payload: { ref: 'v1' },
    sign: asGithub,
    says: ['generic', 'generic', 'v1'],
  },
  {
    of: 'a ref of anybody with a bearer token',
    headers: {},
    payload: { ref: 'v1' },
    sign: withBearer,
    says: ['generic', 'generic', 'v1'],
  },
];

describe('verify and readEvent agree on', () => {
  test.each(cases.map((given) => [given.of, given] as const))('%s', (_name, { headers, payload, sign, says }) => {
    const text = JSON.stringify(payload);
    const delivery = { headers: { ...headers, ...sign(text) }, body: bytes(text) };
    const [sender, kind, ref] = says;
    expect(verify({ ...delivery, secrets })).toEqual({ ok: true, sender });
    expect(verify({ ...delivery, secrets: ['the one before'] })).toEqual({ ok: false, reason: 'SignatureMismatch' });
    expect(readEvent(delivery)).toMatchObject({ sender, kind, ...(ref === undefined ? {} : { ref }) });
  });

  test('a form of GitHub, whose signature is over the form and not over the JSON in it', () => {
    const json = JSON.stringify(push);
    const form = new URLSearchParams({ payload: json }).toString();
    const headers = { 'X-GitHub-Event': 'push', 'Content-Type': 'application/x-www-form-urlencoded' };
    const genuine = { headers: { ...headers, ...asGithub(form) }, body: bytes(form) };
    expect(verify({ ...genuine, secrets })).toEqual({ ok: true, sender: 'github' });
    expect(readEvent(genuine)).toMatchObject({ ref: 'refs/heads/main', commit });
    const forged = { headers: { ...headers, ...asGithub(json) }, body: bytes(form) };
    expect(verify({ ...forged, secrets })).toEqual({ ok: false, reason: 'SignatureMismatch' });
  });
});

test('what cannot be read is told by a stable code', () => {
  expect(() => readEvent({ headers: {}, body: bytes('{') })).toThrow(
    expect.objectContaining({ code: 'InvalidPayload' }),
  );
});
