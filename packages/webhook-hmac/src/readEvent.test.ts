import { describe, expect, test } from '@jest/globals';
import { readEvent, readEvents } from './readEvent.ts';
import { bytes, commit, delivery, tagObject, zero } from './testing/deliveries.ts';
import type { Headers, WebhookEvent } from './types.ts';

const githubRepository = {
  clone_url: 'https://github.com/acme/plant.git',
  ssh_url: 'git@github.com:acme/plant.git',
  html_url: 'https://github.com/acme/plant',
};
const urls = Object.values(githubRepository);
const github = (event: string): Headers => ({ 'X-GitHub-Event': event, 'X-GitHub-Delivery': 'd-1' });
const gitlab = (event: string): Headers => ({ 'X-Gitlab-Event': event, 'Idempotency-Key': 'k-1' });
const bitbucket = (key: string): Headers => ({ 'X-Event-Key': key, 'X-Request-UUID': 'r-1' });
const gitlabProject = {
  project: { git_http_url: 'https://gitlab.com/acme/plant.git', git_ssh_url: 'git@gitlab.com:acme/plant.git' },
};
const gitlabUrls = Object.values(gitlabProject.project);
const serverLinks = { links: { clone: [{ href: 'ssh://git@bitbucket:7999/acme/plant.git', name: 'ssh' }] } };
const cloudLinks = { links: { html: { href: 'https://bitbucket.org/acme/plant' } } };
const application = (status: object, spec: object = { source: { repoURL: 'https://git/acme/plant' } }) => ({
  app: { metadata: { name: 'plant' }, spec, status },
});

describe('reads', () => {
  test.each<[string, Headers, object, WebhookEvent]>([
    [
      'a push to a branch on GitHub',
      github('push'),
      {
        ref: 'refs/heads/main',
        after: commit,
        deleted: false,
        head_commit: { id: commit },
        repository: githubRepository,
      },
      { sender: 'github', kind: 'push', ref: 'refs/heads/main', commit, repositories: urls, delivery: 'd-1' },
    ],
    [
      'a pushed annotated tag on GitHub, with the commit that it peels to',
      github('push'),
      { ref: 'refs/tags/v1', after: tagObject, head_commit: { id: commit }, repository: githubRepository },
      { sender: 'github', kind: 'tag', ref: 'refs/tags/v1', commit, repositories: urls, delivery: 'd-1' },
    ],
    [
      'a release on GitHub',
      github('release'),
      { action: 'published', release: { tag_name: 'v2', draft: false }, repository: githubRepository },
      { sender: 'github', kind: 'release', ref: 'refs/tags/v2', repositories: urls, delivery: 'd-1' },
    ],
    [
      'a tag that was created on GitHub',
      github('create'),
      { ref: 'v3', ref_type: 'tag', repository: githubRepository },
      { sender: 'github', kind: 'tag', ref: 'refs/tags/v3', repositories: urls, delivery: 'd-1' },
    ],
    [
      'a branch that was created on GitHub',
      github('create'),
      { ref: 'site/a', ref_type: 'branch', repository: githubRepository },
      { sender: 'github', kind: 'push', ref: 'refs/heads/site/a', repositories: urls, delivery: 'd-1' },
    ],
    [
      'a ping of GitHub',
      github('ping'),
      { zen: 'Design for failure.', repository: githubRepository },
      { sender: 'github', kind: 'ping', repositories: urls, delivery: 'd-1' },
    ],
    [
      'a push on Forgejo, which also calls itself Gitea and GitHub',
      { 'X-Forgejo-Event': 'push', 'X-Gitea-Event': 'push', 'X-GitHub-Event': 'push', 'X-Forgejo-Delivery': 'f-1' },
      { ref: 'refs/heads/main', after: commit, repository: githubRepository },
      { sender: 'gitea', kind: 'push', ref: 'refs/heads/main', commit, repositories: urls, delivery: 'f-1' },
    ],
    [
      'a release on Gitea',
      { 'X-Gitea-Event': 'release' },
      { action: 'published', release: { tag_name: 'v2' }, repository: githubRepository },
      { sender: 'gitea', kind: 'release', ref: 'refs/tags/v2', repositories: urls },
    ],
    [
      'a push on GitLab',
      gitlab('Push Hook'),
      { object_kind: 'push', ref: 'refs/heads/main', after: commit, checkout_sha: commit, ...gitlabProject },
      { sender: 'gitlab', kind: 'push', ref: 'refs/heads/main', commit, repositories: gitlabUrls, delivery: 'k-1' },
    ],
    [
      'a pushed annotated tag on GitLab, with the commit that it peels to',
      gitlab('Tag Push Hook'),
      { object_kind: 'tag_push', ref: 'refs/tags/v1', after: tagObject, checkout_sha: commit, ...gitlabProject },
      { sender: 'gitlab', kind: 'tag', ref: 'refs/tags/v1', commit, repositories: gitlabUrls, delivery: 'k-1' },
    ],
    [
      'a system hook of GitLab',
      gitlab('System Hook'),
      { event_name: 'push', ref: 'refs/heads/main', after: commit, checkout_sha: commit, ...gitlabProject },
      { sender: 'gitlab', kind: 'push', ref: 'refs/heads/main', commit, repositories: gitlabUrls, delivery: 'k-1' },
    ],
    [
      'a release on GitLab',
      gitlab('Release Hook'),
      { object_kind: 'release', action: 'create', tag: 'v2', commit: { id: commit }, ...gitlabProject },
      { sender: 'gitlab', kind: 'release', ref: 'refs/tags/v2', commit, repositories: gitlabUrls, delivery: 'k-1' },
    ],
    [
      'a push on Bitbucket Cloud',
      bitbucket('repo:push'),
      {
        push: { changes: [{ new: { type: 'branch', name: 'main', target: { hash: commit } } }] },
        repository: cloudLinks,
      },
      {
        sender: 'bitbucket',
        kind: 'push',
        ref: 'refs/heads/main',
        commit,
        repositories: ['https://bitbucket.org/acme/plant'],
        delivery: 'r-1',
      },
    ],
    [
      'a push on Bitbucket Data Center',
      bitbucket('repo:refs_changed'),
      {
        changes: [{ ref: { id: 'refs/heads/main', displayId: 'main' }, toHash: commit, type: 'UPDATE' }],
        repository: serverLinks,
      },
      {
        sender: 'bitbucket',
        kind: 'push',
        ref: 'refs/heads/main',
        commit,
        repositories: ['ssh://git@bitbucket:7999/acme/plant.git'],
        delivery: 'r-1',
      },
    ],
    [
      'a ping of Bitbucket Data Center',
      bitbucket('diagnostics:ping'),
      { test: true },
      { sender: 'bitbucket', kind: 'ping', repositories: [], delivery: 'r-1' },
    ],
    [
      'what an Argo CD application was synced to',
      {},
      application({ sync: { revision: tagObject }, operationState: { syncResult: { revision: commit } } }),
      { sender: 'argocd', kind: 'promotion', ref: commit, commit, repositories: ['https://git/acme/plant'] },
    ],
    [
      'freight of Kargo with a tag',
      {},
      {
        id: 'e-1',
        freight: { commits: [{ repoURL: 'https://git/acme/plant', id: commit, tag: 'v1', branch: 'main' }] },
      },
      {
        sender: 'kargo',
        kind: 'promotion',
        ref: 'refs/tags/v1',
        commit,
        repositories: ['https://git/acme/plant'],
        delivery: 'e-1',
      },
    ],
    [
      'freight of Kargo without a tag, as a fixed commit',
      {},
      { freight: { commits: [{ repoURL: 'https://git/acme/plant', id: commit, branch: 'main' }] } },
      { sender: 'kargo', kind: 'promotion', ref: commit, commit, repositories: ['https://git/acme/plant'] },
    ],
    [
      'freight of Kargo that was approved for a stage',
      {},
      { name: 'f-1', stageName: 'prod', commits: [{ repoURL: 'https://git/acme/plant', tag: 'v2' }] },
      { sender: 'kargo', kind: 'promotion', ref: 'refs/tags/v2', repositories: ['https://git/acme/plant'] },
    ],
    [
      'a ref that somebody sends along with other things',
      {},
      { ref: 'refs/heads/main', commits: [{ id: tagObject }], app: { name: 'x' } },
      { sender: 'generic', kind: 'generic', ref: 'refs/heads/main', repositories: [] },
    ],
    ['a plain ref', {}, { ref: 'v1' }, { sender: 'generic', kind: 'generic', ref: 'v1', repositories: [] }],
    [
      'a plain ref with all there is to say',
      {},
      { ref: 'refs/heads/main', commit, repository: 'https://git/acme/plant', id: 'x' },
      {
        sender: 'generic',
        kind: 'generic',
        ref: 'refs/heads/main',
        commit,
        repositories: ['https://git/acme/plant'],
        delivery: 'x',
      },
    ],
  ])('%s', (_name, headers, payload, event) => {
    expect(readEvent(delivery(headers, payload))).toEqual(event);
  });

  test('a form, which is what GitHub sends unless told otherwise', () => {
    const form = new URLSearchParams({ payload: JSON.stringify({ ref: 'refs/heads/main', after: commit }) });
    const headers = { ...github('push'), 'Content-Type': 'application/x-www-form-urlencoded' };
    expect(readEvent({ headers, body: bytes(form.toString()) })).toMatchObject({ kind: 'push', commit });
  });

  test('every ref of a push that moves several, without those it deletes', () => {
    const changes = [
      { new: null, old: { name: 'gone' } },
      { new: { type: 'branch', name: 'main', target: { hash: commit } } },
      { new: { type: 'tag', name: 'v1', target: { hash: commit } } },
    ];
    const events = readEvents(delivery(bitbucket('repo:push'), { push: { changes } }));
    expect(events.map(({ kind, ref }) => [kind, ref])).toEqual([
      ['push', 'refs/heads/main'],
      ['tag', 'refs/tags/v1'],
    ]);
  });

  test('each source of an Argo CD application with its own revision', () => {
    const sources = [{ repoURL: 'https://git/a' }, { repoURL: 'https://git/b' }];
    const events = readEvents(delivery({}, application({ sync: { revisions: ['v1', commit] } }, { sources })));
    expect(events.map(({ ref, repositories }) => [ref, repositories])).toEqual([
      ['v1', ['https://git/a']],
      [commit, ['https://git/b']],
    ]);
  });
});

describe('says that nothing has moved', () => {
  test.each<[string, Headers, object]>([
    ['when a branch is deleted on GitHub', github('push'), { ref: 'refs/heads/x', after: zero, deleted: true }],
    ['when a branch is deleted on Gitea', { 'X-Gitea-Event': 'push' }, { ref: 'refs/heads/x', after: zero }],
    [
      'when a tag is deleted on GitLab',
      gitlab('Tag Push Hook'),
      { object_kind: 'tag_push', ref: 'refs/tags/x', after: zero, checkout_sha: null },
    ],
    ['when a branch is deleted on Bitbucket Cloud', bitbucket('repo:push'), { push: { changes: [{ new: null }] } }],
    [
      'when a ref is deleted on Bitbucket Data Center',
      bitbucket('repo:refs_changed'),
      { changes: [{ refId: 'refs/heads/x', toHash: zero, type: 'DELETE' }] },
    ],
    ['when a release is a draft', github('release'), { action: 'published', release: { tag_name: 'v1', draft: true } }],
    ['when a release is deleted', github('release'), { action: 'deleted', release: { tag_name: 'v1' } }],
    ['about issues', github('issues'), { action: 'opened' }],
    ['about merge requests', gitlab('Merge Request Hook'), { object_kind: 'merge_request' }],
    ['when a promotion has failed', {}, { type: 'PromotionFailed', freight: { commits: [{ id: commit }] } }],
  ])('%s', (_name, headers, payload) => {
    expect(() => readEvent(delivery(headers, payload))).toThrow(
      expect.objectContaining({ reason: 'EventNotRelevant' }),
    );
  });
});

describe('refuses what it cannot read', () => {
  test.each<[string, Headers, Uint8Array]>([
    ['no JSON', {}, bytes('ref=main')],
    ['an empty body', {}, bytes('')],
    ['no UTF-8', {}, new Uint8Array([0x22, 0xff, 0x22])],
    ['a form without a payload', { 'content-type': 'application/x-www-form-urlencoded' }, bytes('ref=main')],
    ['another shape', {}, bytes('{"branch":"main"}')],
    ['a list', {}, bytes('[{"ref":"main"}]')],
    ['nothing', github('push'), bytes('null')],
    ['a ref of another type', github('push'), bytes('{"ref":{"name":"main"}}')],
    ['a ref that is only inherited', {}, bytes('{"__proto__":{"ref":"main"}}')],
    ['a ref that looks like an option', {}, bytes('{"ref":"--upload-pack=x"}')],
    ['a ref that climbs', {}, bytes('{"ref":"a/../b"}')],
    ['a ref with a line break', github('push'), bytes('{"ref":"refs/heads/a\\nb"}')],
    ['a release without a tag', github('release'), bytes('{"action":"published","release":{}}')],
    ['an application that was never synced', {}, bytes('{"app":{"status":{}}}')],
  ])('%s', (_name, headers, body) => {
    expect(() => readEvent({ headers, body })).toThrow(
      expect.objectContaining({ reason: 'InvalidPayload', hint: expect.any(String) }),
    );
  });

  test('nesting that is a million deep', () => {
    const depth = 1_000_000;
    const body = bytes(`{"ref":"main","x":${'['.repeat(depth)}${']'.repeat(depth)}}`);
    // Either it is read or it is refused; what counts is that the process lives.
    const outcome = () => readEvent({ headers: {}, body });
    let answer: unknown;
    try {
      answer = outcome().ref;
    } catch (error) {
      answer = (error as { reason?: string }).reason;
    }
    expect(['main', 'InvalidPayload']).toContain(answer);
  });

  test('and leaves every prototype as it is', () => {
    readEvent({
      headers: {},
      body: bytes('{"ref":"main","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
    });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
