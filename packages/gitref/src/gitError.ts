import { StokerError } from '@stoker/errors';
import type { ErrorClass } from '@stoker/errors';

/** Every reason this package gives, and what a caller may do about it. */
const classes = {
  /** Credentials are missing, wrong, expired, or may not read this repository. */
  AuthenticationFailed: 'stalled',
  RepositoryNotFound: 'stalled',
  /** No such branch or tag. */
  RefNotFound: 'stalled',
  /** The text cannot name a branch, a tag or a commit. */
  InvalidRef: 'stalled',
  /** The URL is malformed, or not allowed where it was given. */
  InvalidRepositoryUrl: 'stalled',
  /** The proxy is malformed, or not allowed where it was given. */
  InvalidProxy: 'stalled',
  /** Known hosts are given and do not hold this server. */
  HostKeyUnknown: 'stalled',
  /** Known hosts hold another key for this server. */
  HostKeyMismatch: 'stalled',
  /** The server's certificate is not trusted, or the CA bundle is unreadable. */
  CertificateInvalid: 'stalled',
  GitTimeout: 'transient',
  /** No connection: name, route, refused, reset. */
  GitUnreachable: 'transient',
  /** The server was reached and gave no usable answer. */
  GitServerError: 'transient',
  /** The repository has no branch yet: ends with the first push. */
  EmptyRepository: 'waiting',
  UnsupportedObjectFormat: 'stalled',
  /** A transfer, a file or a tree larger than allowed. */
  LimitExceeded: 'stalled',
  /** The server does not have, or does not hand out, this commit. */
  CommitNotAvailable: 'transient',
  /** The local cache cannot be read; the next fetch rebuilds it. */
  CacheDamaged: 'transient',
  /** A name in the tree that must never reach a disk. */
  UnsafePath: 'stalled',
  /** The file system that holds the cache is full. */
  StorageFull: 'transient',
  /** `git` or `ssh` cannot run on this machine, or has nowhere to write. */
  GitNotUsable: 'stalled',
} as const satisfies Record<string, ErrorClass>;

export type GitReason = keyof typeof classes;

export const certificateHint =
  'For a private certificate authority give its certificate: spec.git.caBundleSecretRef. Otherwise the server needs a certificate for this host name that has not expired.';

/** A `StokerError` with the class that belongs to the reason. The message must already be safe to publish. */
export function gitError(
  reason: GitReason,
  message: string,
  options: { readonly hint?: string | undefined; readonly cause?: unknown } = {},
): StokerError {
  return new StokerError(message, { reason, class: classes[reason], ...options });
}
