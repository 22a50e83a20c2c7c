import { describe, expect, test } from '@jest/globals';
import { parseRepositoryUrl } from '../repositoryUrl.ts';
import type { GitCredentials } from '../types.ts';
import { classifyGitFailure } from './classifyGitFailure.ts';

function classify(stderr: string, credentials: GitCredentials = { kind: 'token', token: 's3cret' }): Error {
  const url = parseRepositoryUrl('https://git.example/acme/site', 'cluster');
  return classifyGitFailure({ code: 128, killedBy: null, stderr }, { url, credentials });
}

describe('what git prints is understood', () => {
  test.each([
    ["fatal: unable to access 'https://git.example/': Could not resolve host: git.example", 'GitUnreachable'],
    ["fatal: unable to access 'https://git.example/': Failed to connect to git.example port 443", 'GitUnreachable'],
    ["fatal: unable to access 'https://git.example/': The requested URL returned error: 403", 'AuthenticationFailed'],
    ["fatal: unable to access 'https://git.example/': The requested URL returned error: 503", 'GitServerError'],
    ["fatal: could not read Username for 'https://git.example': terminal prompts disabled", 'AuthenticationFailed'],
    ["fatal: Authentication failed for 'https://git.example/'", 'AuthenticationFailed'],
    ["fatal: unable to access 'https://git.example/': CONNECT tunnel failed, response 407", 'AuthenticationFailed'],
    ["fatal: unable to access 'https://git.example/': CONNECT tunnel failed, response 502", 'GitUnreachable'],
    ["fatal: unable to access 'https://git.example/': Empty reply from server", 'GitUnreachable'],
    ['gnutls_handshake() failed: An unexpected TLS packet was received.', 'GitServerError'],
    ["fatal: repository 'https://git.example/' not found", 'RepositoryNotFound'],
    ['server certificate verification failed. CAfile: none CRLfile: none', 'CertificateInvalid'],
    ['SSL certificate problem: self-signed certificate', 'CertificateInvalid'],
    ['SSL: no alternative certificate subject name matches target host name', 'CertificateInvalid'],
    ['Operation too slow. Less than 1000 bytes/sec transferred the last 60 seconds', 'GitTimeout'],
    ['ssh: connect to host git.example port 22: Connection timed out', 'GitTimeout'],
    ['ssh: connect to host git.example port 22: Connection refused', 'GitUnreachable'],
    ['kex_exchange_identification: Connection closed by remote host', 'GitUnreachable'],
    [
      'git@git.example: Permission denied (publickey).\nfatal: Could not read from remote repository.',
      'AuthenticationFailed',
    ],
    ['Host key verification failed.\nfatal: Could not read from remote repository.', 'HostKeyUnknown'],
    ['@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.', 'HostKeyMismatch'],
    ['ERROR: Repository not found.\nfatal: Could not read from remote repository.', 'RepositoryNotFound'],
    ['No user exists for uid 2003\nfatal: Could not read from remote repository.', 'GitNotUsable'],
    ['error: cannot run ssh: No such file or directory', 'GitNotUsable'],
    ['fatal: remote error: upload-pack: not our ref 1111', 'CommitNotAvailable'],
    ['error: Server does not allow request for unadvertised object 1111', 'CommitNotAvailable'],
    ['fatal: write error: No space left on device', 'StorageFull'],
    ['fatal: early EOF\nfatal: fetch-pack: invalid index-pack output', 'GitServerError'],
    ['error: packfile ./objects/pack/pack-1.pack cannot be accessed', 'CacheDamaged'],
    ['fatal: mismatched algorithms: client sha1; server sha256', 'UnsupportedObjectFormat'],
    ['something new', 'GitServerError'],
  ])('%s', (stderr, reason) => {
    expect(classify(stderr)).toMatchObject({ reason });
  });

  test('nothing of it is repeated: a server could have said anything', () => {
    const error = classify('remote: internal-answer\nfatal: protocol error: bad line length character: inte');
    expect(error).toMatchObject({ reason: 'GitServerError' });
    expect(JSON.stringify(error) + error.message).not.toContain('inte');
  });

  test('without credentials the hint is to give some, not to check them', () => {
    expect(classify('The requested URL returned error: 401', { kind: 'none' })).toMatchObject({
      message: expect.stringContaining('none are given'),
    });
  });

  test('a proxy that wants credentials is not taken for the server', () => {
    expect(classify('CONNECT tunnel failed, response 407', { kind: 'none' })).toMatchObject({
      message: expect.stringContaining('proxy'),
    });
  });

  test.each([
    ['git', { code: null, killedBy: 'SIGKILL', stderr: 'fatal: early EOF' }],
    ['a helper of git', { code: 128, killedBy: null, stderr: 'error: index-pack died of signal 9' }],
  ] as const)('%s that the kernel killed is said to need memory', (_name, exit) => {
    expect(classifyGitFailure(exit)).toMatchObject({
      reason: 'LimitExceeded',
      message: expect.stringContaining('memory'),
    });
  });
});
