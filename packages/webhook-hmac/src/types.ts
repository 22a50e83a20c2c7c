/** Any record of headers, names in any case; Node's `IncomingHttpHeaders` is one. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request as it came in. `body` is what was signed: the raw bytes, before any parser. */
export interface Delivery {
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** `gitea` is Forgejo and Gogs too; `generic` is anything that says `{"ref": "…"}`. */
export type Sender = 'github' | 'gitlab' | 'gitea' | 'bitbucket' | 'argocd' | 'kargo' | 'generic';

/** What one delivery says, whoever sent it. */
export interface WebhookEvent {
  readonly sender: Sender;
  /** `push`: a branch has moved. `promotion`: another tool wants, or has made, a move. `generic`: a plain ref. */
  readonly kind: 'push' | 'tag' | 'release' | 'promotion' | 'generic' | 'ping';
  /**
   * With `refs/heads/` or `refs/tags/` where the sender tells which it is; as it was sent otherwise; a full SHA where a
   * promotion names nothing but a commit. Never begins with `-` and holds neither white space nor `..`.
   */
  readonly ref?: string;
  /** Full SHA, for tags of the commit that they peel to where the sender tells. A hint: ask the git server. */
  readonly commit?: string;
  /** Every URL that the payload has for the repository: to compare with, never to fetch. */
  readonly repositories: readonly string[];
  /** Names the delivery: the same one again has the same. */
  readonly delivery?: string;
}
