export type * from './types.ts';
// Agreed face (implementations follow):
//   parseRepositoryUrl(text: string, where: 'cluster' | 'standalone'): RepositoryUrl      throws InvalidRepositoryUrl
//   checkRef(ref: string): void                                                           throws InvalidRef (short SHA: with a hint)
//   isCommitSha(text: string): text is CommitSha
//   resolveRef(remote: Remote, ref: string, options: { signal?, timeoutMs? }): Promise<ResolvedRef>
//   openCache(directory: string, options?): Promise<GitCache>      rebuilds a damaged cache, clears left-over locks
//   GitCache.fetchCommit(remote, commit, options: { ref?, signal?, limits?, onProgress? }): Promise<{ bytes: number }>
//   GitCache.tree(commit): Source-compatible (structurally a `Source` of @stoker/sync-engine)
//   GitCache.close(): Promise<void>
// Errors are StokerErrors. reasons: AuthenticationFailed RepositoryNotFound RefNotFound InvalidRef InvalidRepositoryUrl HostKeyUnknown
//   HostKeyMismatch CertificateInvalid GitTimeout GitUnreachable GitServerError EmptyRepository UnsupportedObjectFormat LimitExceeded
//   CommitNotAvailable CacheDamaged
