/** A repository URL that passed `parseRepositoryUrl`. It holds no credentials. */
export interface RepositoryUrl {
  readonly transport: 'https' | 'http' | 'ssh' | 'git' | 'file';
  /** As given to git. */
  readonly href: string;
  /** Host and path, lower-cased host, no `.git`, for comparing with push events and for metrics. */
  readonly canonical: string;
}

export type GitCredentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly username?: string | undefined; readonly token: string }
  | { readonly kind: 'sshKey'; readonly privateKey: string };

export interface Remote {
  readonly url: RepositoryUrl;
  readonly credentials: GitCredentials;
  /** OpenSSH known_hosts text. Undefined: host keys are accepted and not verified. */
  readonly knownHosts?: string | undefined;
  /** PEM. */
  readonly caBundle?: string | undefined;
  readonly proxy?: string | undefined;
}

export type CommitSha = string & { readonly __brand: 'CommitSha' };

export interface ResolvedRef {
  readonly commit: CommitSha;
  readonly kind: 'branch' | 'tag' | 'commit';
  /** `refs/heads/main`; undefined for a SHA. */
  readonly fullName: string | undefined;
}

export interface FetchLimits {
  readonly maxBytes: number;
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly timeoutMs: number;
}
