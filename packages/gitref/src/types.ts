/** Who may choose the URL: anybody who can write a `Stoker` in the cluster, or the person at this machine. */
export type UrlScope = 'cluster' | 'standalone';

/** A repository URL that passed `parseRepositoryUrl`. It holds no credentials. */
export interface RepositoryUrl {
  readonly transport: 'https' | 'http' | 'ssh' | 'git' | 'file';
  /** As given to git. */
  readonly href: string;
  /** Host and path in lower case, no port, no `.git`, for comparing with push events and for metrics. */
  readonly canonical: string;
  /** Undefined for `file`. */
  readonly host: string | undefined;
  /** What a redirect and a resolved address are checked against. */
  readonly scope: UrlScope;
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
  /** PEM. Replaces the system's certificate authorities for this remote. */
  readonly caBundle?: string | undefined;
  /** `http://proxy:3128`, for HTTP(S) remotes. */
  readonly proxy?: string | undefined;
}

export type CommitSha = string & { readonly __brand: 'CommitSha' };

export interface ResolvedRef {
  readonly commit: CommitSha;
  readonly kind: 'branch' | 'tag' | 'commit';
  /** `refs/heads/main`; undefined for a SHA. */
  readonly fullName: string | undefined;
}

export interface ResolveOptions {
  readonly signal?: AbortSignal | undefined;
  /** For the whole resolution; default 30,000. */
  readonly timeoutMs?: number | undefined;
}

export interface FetchLimits {
  /** Of the transfer, as packed by the server. */
  readonly maxBytes: number;
  /** Of one file, unpacked. */
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly timeoutMs: number;
}
