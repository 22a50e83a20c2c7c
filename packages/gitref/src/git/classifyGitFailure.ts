import { certificateHint, gitError } from '../gitError.ts';
import type { GitReason } from '../gitError.ts';
import type { Remote } from '../types.ts';
import type { GitExit } from './startGit.ts';

interface Rule {
  readonly pattern: RegExp;
  readonly reason: GitReason;
  readonly message: string;
  readonly hint?: string;
}

/** The proxy's own: it has nothing to do with the credentials for the server. */
const proxyRefused: Rule = {
  pattern: /HTTP code 407 from proxy|tunnel failed, response 407|returned error: 407/,
  reason: 'AuthenticationFailed',
  message: 'the proxy wants other credentials, or some',
  hint: 'In a cluster name a proxy that lets Stoker pass without them; elsewhere they are written into its URL: http://user:password@proxy.example.com:3128.',
};

/** In order: ssh prints what went wrong before git prints that "the remote end hung up". */
const rules: readonly Rule[] = [
  {
    pattern: /No space left on device|Disk quota exceeded/,
    reason: 'StorageFull',
    message: 'the file system of the git cache is full',
  },
  {
    pattern: /No user exists for uid|libnss_wrapper\.so.*cannot be preloaded/,
    reason: 'GitNotUsable',
    message: 'ssh refuses to run for a user id without a passwd entry',
    hint: 'Install libnss-wrapper in the image, or give the user id an entry in /etc/passwd.',
  },
  {
    pattern: /cannot run ssh|ssh: (?:command )?not found|remote helper for '|'remote-https?' is not a git command/,
    reason: 'GitNotUsable',
    message: 'the program that git needs for this transport is not installed',
    hint: 'Install openssh-client for SSH, and a git with libcurl for HTTP.',
  },
  {
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED|host key for .* has changed|Offending .* key in/i,
    reason: 'HostKeyMismatch',
    message: "the server's host key is not the one in the known hosts",
    hint: 'Find out why it changed; if it was meant to, put the new key into the known hosts secret.',
  },
  {
    pattern: /Host key verification failed|No .* host key is known for/,
    reason: 'HostKeyUnknown',
    message: 'the known hosts hold no key of this server',
    hint: "Add the output of ssh-keyscan, checked against the server's published fingerprint, to the known hosts secret.",
  },
  {
    pattern: /Load key .*|error in libcrypto|invalid format/,
    reason: 'AuthenticationFailed',
    message: 'the SSH key cannot be read',
    hint: 'It must be an unencrypted private key in OpenSSH or PEM form.',
  },
  {
    pattern: /Permission denied \(|Too many authentication failures/,
    reason: 'AuthenticationFailed',
    message: 'the server refuses the SSH key',
    hint: 'Add its public half as a read-only deploy key of the repository.',
  },
  proxyRefused,
  {
    pattern: /HTTP code \d+ from proxy|tunnel failed|Proxy CONNECT aborted/,
    reason: 'GitUnreachable',
    message: 'the proxy does not connect to the server',
  },
  {
    pattern: /could not read (?:Username|Password)|Authentication failed for|returned error: 401/,
    reason: 'AuthenticationFailed',
    message: 'the server refuses the credentials, or wants some',
    hint: 'Check that the token is still valid and may read this repository.',
  },
  {
    pattern: /returned error: 403/,
    reason: 'AuthenticationFailed',
    message: 'the server forbids these credentials to read the repository',
    hint: 'Check that the token may read this repository.',
  },
  {
    pattern:
      /returned error: 4(?:04|10)|repository '.*' not found|does not appear to be a git repository|Repository not found|repository not exported|access denied or repository not exported/i,
    reason: 'RepositoryNotFound',
    message: 'there is no such repository, or these credentials may not see it',
    hint: 'Check the URL; forges answer "not found" for private repositories without valid credentials.',
  },
  {
    pattern:
      /SSL certificate problem|server certificate verification failed|certificate (?:has expired|subject name)|no alternative certificate subject name|SSL peer certificate/i,
    reason: 'CertificateInvalid',
    message: "the server's certificate is not trusted",
    hint: certificateHint,
  },
  {
    pattern: /error setting certificate (?:verify locations|file)|Problem with the SSL CA cert/,
    reason: 'CertificateInvalid',
    message: 'the certificate authorities cannot be read',
    hint: 'Install ca-certificates, or give a CA bundle.',
  },
  {
    pattern: /Operation too slow|Operation timed out|Connection timed out|timed out after/i,
    reason: 'GitTimeout',
    message: 'the server did not answer in time',
  },
  {
    pattern:
      /Could not resolve|Name or service not known|Temporary failure in name resolution|Failed to connect|Connection refused|unable to connect|Connection reset|Empty reply from server|Connection closed|No route to host|Network is unreachable|kex_exchange_identification/i,
    reason: 'GitUnreachable',
    message: 'the server cannot be reached',
  },
  {
    pattern: /unexpected TLS packet|wrong version number|packet with illegal or unsupported version|HTTP\/0\.9/i,
    reason: 'GitServerError',
    message: 'the server answered with something that is not HTTP',
    hint: 'Check the port, and whether the URL should begin with http:// or https://.',
  },
  {
    // What git takes for a "dumb" server is nearly always a web page.
    pattern: /dumb http transport/,
    reason: 'GitServerError',
    message: 'the server answered with something that is not git',
    hint: 'Check the URL: this is what a sign-in page, a portal, or a server without smart HTTP looks like.',
  },
  {
    pattern: /couldn't find remote ref/,
    reason: 'RefNotFound',
    message: 'the server has no such branch or tag',
  },
  {
    pattern: /not our ref|unadvertised object|remote did not send all necessary objects|no such remote ref/i,
    reason: 'CommitNotAvailable',
    message: 'the server does not have the commit, or does not hand it out',
    hint: 'It may have been removed by a force-push; a server that was just pushed to may also lag behind.',
  },
  {
    pattern: /mismatched (?:object format|algorithms)|unsupported object format|unknown object format/i,
    reason: 'UnsupportedObjectFormat',
    message: "the repository's object format is not the expected one",
  },
  {
    pattern:
      /packfile .* (?:cannot be accessed|is corrupt|does not match)|is corrupt|bad object|unable to read|not a git repository|bad config|loose object|invalid sha1 pointer|inflate: |cannot read existing object/i,
    reason: 'CacheDamaged',
    message: 'the git cache is damaged',
  },
  {
    pattern:
      /returned error: |early EOF|RPC failed|hung up unexpectedly|protocol error|bad line length|invalid index-pack|index-pack failed|fetch-pack|unexpected disconnect|not valid: is this a git repository|expected flush|truncated/i,
    reason: 'GitServerError',
    message: 'the server gave no usable answer',
  },
];

/**
 * What a failed git means, from its exit and its English stderr. The message is our own: text that came from a server is
 * never repeated, since whoever chooses the URL would read an internal service's answer that way.
 */
export function classifyGitFailure(exit: GitExit, remote?: Remote): Error {
  const where = remote === undefined ? '' : ` (${remote.url.canonical})`;
  if (exit.killedBy === 'SIGKILL' || /died of signal 9/.test(exit.stderr)) {
    return gitError('LimitExceeded', `git was killed, most likely for its memory${where}`, {
      hint: 'Raise the memory limit, or make the repository smaller.',
    });
  }
  const rule = rules.find(({ pattern }) => pattern.test(exit.stderr));
  if (
    rule?.reason === 'AuthenticationFailed' &&
    rule !== proxyRefused &&
    remote !== undefined &&
    !hasCredentials(remote)
  ) {
    return gitError('AuthenticationFailed', `the server wants credentials and none are given${where}`, {
      hint: 'Give a token or an SSH key: spec.git.auth.',
    });
  }
  if (rule !== undefined) return gitError(rule.reason, `${rule.message}${where}`, { hint: rule.hint });
  const how = exit.killedBy === null ? `exit code ${exit.code}` : exit.killedBy;
  return gitError('GitServerError', `git failed with ${how}${where}`);
}

/** Whether the credentials are of a kind that the transport can use. */
function hasCredentials({ url, credentials }: Remote): boolean {
  return credentials.kind === (url.transport === 'ssh' ? 'sshKey' : 'token');
}
