import { describe, expect, test } from '@jest/globals';
import { bytes, hmac } from './testing/deliveries.ts';
import type { Headers } from './types.ts';
import { verify } from './verify.ts';

const secret = 'correct horse';
const text = '{"ref":"refs/heads/main"}';
const nowMs = 1_700_000_000_000;

function judge(headers: Headers, options: { text?: string; secrets?: readonly string[] } = {}) {
  return verify({ headers, body: bytes(options.text ?? text), secrets: options.secrets ?? [secret], nowMs });
}

function standard(key: Buffer, options: { id?: string; at?: number } = {}): Headers {
  const id = options.id ?? 'msg_1';
  const timestamp = String(options.at ?? nowMs / 1000);
  const digest = Buffer.from(hmac(key, `${id}.${timestamp}.${text}`), 'hex').toString('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${digest}` };
}

describe('a delivery is genuine', () => {
  test('as in the vector that GitHub publishes', () => {
    const verdict = verify({
      headers: {
        'X-GitHub-Event': 'push',
        'X-Hub-Signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
      },
      body: bytes('Hello, World!'),
      secrets: ["It's a Secret to Everybody"],
    });
    expect(verdict).toEqual({ ok: true, sender: 'github' });
  });

  test('as in the example of the Standard Webhooks specification', () => {
    const verdict = verify({
      headers: {
        'X-Gitlab-Event': 'Push Hook',
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
      body: bytes('{"test": 2432232314}'),
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      nowMs: 1_614_265_330_000,
    });
    expect(verdict).toEqual({ ok: true, sender: 'gitlab' });
  });

  test.each<[string, Headers, string]>([
    ['GitLab with its secret token', { 'X-Gitlab-Event': 'Push Hook', 'X-Gitlab-Token': secret }, 'gitlab'],
    ['Gitea', { 'X-Gitea-Event': 'push', 'X-GitHub-Event': 'push', 'X-Gitea-Signature': hmac(secret, text) }, 'gitea'],
    ['Forgejo', { 'X-Forgejo-Event': 'push', 'X-Forgejo-Signature': hmac(secret, text) }, 'gitea'],
    ['Bitbucket', { 'X-Event-Key': 'repo:push', 'X-Hub-Signature': `sha256=${hmac(secret, text)}` }, 'bitbucket'],
    ['anybody with a signature', { 'X-Stoker-Signature-256': `sha256=${hmac(secret, text)}` }, 'generic'],
    ['anybody with a bearer token', { Authorization: `Bearer ${secret.replace(' ', '-')}` }, 'generic'],
    ['anybody who follows Standard Webhooks', standard(Buffer.from(secret)), 'generic'],
  ])('of %s', (_name, headers, sender) => {
    expect(judge(headers, { secrets: [secret, secret.replace(' ', '-')] })).toEqual({ ok: true, sender });
  });

  test('with the old and with the new secret while it is changed over', () => {
    for (const known of ['old', 'new']) {
      const headers = { 'x-github-event': 'push', 'x-hub-signature-256': `sha256=${hmac(known, text)}` };
      expect(judge(headers, { secrets: ['old', 'new'] }).ok).toBe(true);
    }
  });

  test('when one of several signatures is made with the secret', () => {
    const other = standard(Buffer.from('another'))['webhook-signature'];
    const headers = standard(Buffer.from(secret));
    const both = { ...headers, 'webhook-signature': `${String(other)} ${String(headers['webhook-signature'])} v1a,x` };
    expect(judge(both).ok).toBe(true);
  });

  test('with headers as Node gives them, in lists', () => {
    const headers = { 'x-github-event': ['push'], 'x-hub-signature-256': [`sha256=${hmac(secret, text)}`] };
    expect(judge(headers)).toEqual({ ok: true, sender: 'github' });
  });

  test('tells Argo CD and Kargo by their payload', () => {
    const of = (payload: object) => {
      const body = JSON.stringify(payload);
      return judge({ 'x-stoker-signature-256': `sha256=${hmac(secret, body)}` }, { text: body });
    };
    expect(of({ app: {} })).toEqual({ ok: true, sender: 'argocd' });
    expect(of({ freight: {} })).toEqual({ ok: true, sender: 'kargo' });
  });
});

describe('a delivery is refused', () => {
  const good = hmac(secret, text);
  test.each<[string, Headers, string]>([
    ['without a signature', { 'X-GitHub-Event': 'push' }, 'SignatureMissing'],
    ['without any header', {}, 'SignatureMissing'],
    ['with a short signature', { 'X-GitHub-Event': 'push', 'X-Hub-Signature-256': 'sha256=abc' }, 'SignatureMalformed'],
    [
      'with a signature that is not hex',
      { 'X-GitHub-Event': 'push', 'X-Hub-Signature-256': `sha256=${'z'.repeat(64)}` },
      'SignatureMalformed',
    ],
    [
      'with a signature that is too long',
      { 'X-GitHub-Event': 'push', 'X-Hub-Signature-256': `sha256=${good}00` },
      'SignatureMalformed',
    ],
    ['without the algorithm', { 'X-GitHub-Event': 'push', 'X-Hub-Signature-256': good }, 'SignatureMalformed'],
    [
      'with SHA-1',
      { 'X-Event-Key': 'repo:push', 'X-Hub-Signature': `sha1=${good.slice(0, 40)}` },
      'AlgorithmUnsupported',
    ],
    [
      'with nothing but the SHA-1 of an old GitHub',
      { 'X-GitHub-Event': 'push', 'X-Hub-Signature': `sha1=${good.slice(0, 40)}` },
      'AlgorithmUnsupported',
    ],
    [
      'with two signatures in one kind of header',
      { 'X-GitHub-Event': 'push', 'X-Hub-Signature-256': [`sha256=${good}`, `sha256=${good}`] },
      'SignatureMalformed',
    ],
    [
      'with the header twice in different cases',
      { 'x-github-event': 'push', 'X-Hub-Signature-256': `sha256=${good}`, 'x-hub-signature-256': `sha256=${good}` },
      'SignatureMalformed',
    ],
    ['with a longer token', { 'X-Gitlab-Event': 'Push Hook', 'X-Gitlab-Token': `${secret}x` }, 'SignatureMismatch'],
    ['with an empty token', { 'X-Gitlab-Event': 'Push Hook', 'X-Gitlab-Token': '' }, 'SignatureMismatch'],
    ['with another kind of authorization', { Authorization: `Basic ${secret}` }, 'SignatureMalformed'],
    ['with the scheme of another sender', { 'X-GitHub-Event': 'push', 'X-Gitea-Signature': good }, 'SignatureMissing'],
    ['that is older than five minutes', standard(Buffer.from(secret), { at: nowMs / 1000 - 301 }), 'TimestampRejected'],
    ['from the future', standard(Buffer.from(secret), { at: nowMs / 1000 + 301 }), 'TimestampRejected'],
    [
      'whose timestamp was changed',
      { ...standard(Buffer.from(secret)), 'webhook-timestamp': String(nowMs / 1000 + 1) },
      'SignatureMismatch',
    ],
    ['without its id', { ...standard(Buffer.from(secret)), 'webhook-id': undefined }, 'SignatureMalformed'],
  ])('%s', (_name, headers, reason) => {
    expect(judge(headers)).toEqual({ ok: false, reason });
  });

  test('when the bytes are not those that were signed, though the JSON says the same', () => {
    const headers = { 'x-github-event': 'push', 'x-hub-signature-256': `sha256=${good}` };
    const sameJson = JSON.stringify(JSON.parse(text), null, 1);
    expect(judge(headers, { text: sameJson })).toEqual({ ok: false, reason: 'SignatureMismatch' });
  });

  test.each([[[]], [['']], [['  ', '\n']]])('whatever it holds when the secrets are %j', (secrets) => {
    const headers = { 'x-github-event': 'push', 'x-hub-signature-256': `sha256=${hmac('', text)}` };
    expect(judge(headers, { secrets })).toEqual({ ok: false, reason: 'SecretMissing' });
  });

  test.each(['whsec_', 'whsec_\n', 'whsec_*'])('when nothing is behind the prefix of the secret %j', (empty) => {
    const headers = standard(Buffer.alloc(0));
    expect(judge(headers, { secrets: [empty] })).toEqual({ ok: false, reason: 'SecretMissing' });
    expect(judge(headers, { secrets: [empty, secret] })).toEqual({ ok: false, reason: 'SignatureMismatch' });
  });

  test('when it is made with the empty secret that stands beside a real one', () => {
    const headers = { 'x-github-event': 'push', 'x-hub-signature-256': `sha256=${hmac('', text)}` };
    expect(judge(headers, { secrets: ['', secret] })).toEqual({ ok: false, reason: 'SignatureMismatch' });
  });
});
