import { durationMs } from '@stoker/crd-types';
import { checkRef } from '@stoker/gitref';
import { checkAllowed, remoteOf } from '../access/remote.ts';
import type { Deps } from './deps.ts';
import { done, type Draft, failed, type Outcome } from './draft.ts';

/**
 * The commit that the CR's ref stands for, as far as the watcher knows it: asking a git server is its business, so no
 * reconcile ever waits for one. Without an answer the commit of the status stands, if it was this ref's.
 */
export function resolveRef(draft: Draft, deps: Deps): Outcome {
  const { stoker, target } = draft;
  const remembered = rememberedCommit(draft);
  try {
    checkRef(target.ref);
    const url = deps.parseUrl(stoker.spec.git.repo);
    checkAllowed(url, deps.allowedRepositories);
    const missing = draft.credentialErrors.find(({ isForGit }) => isForGit);
    if (missing) throw missing.error;
    if (draft.awaitsToken) {
      draft.ref = { kind: 'pending', commit: remembered };
      return done;
    }
    const { polling } = stoker.spec;
    const remote = remoteOf(stoker, url, draft.credentials);
    draft.remote = remote;
    const state = deps.refs.follow(draft.key, {
      remote,
      ref: target.ref,
      pollIntervalMs: polling.enabled ? durationMs(polling.interval) : undefined,
    });
    const commit = state.resolved?.commit ?? remembered;
    if (state.error !== undefined) {
      draft.ref = { kind: 'failed', commit, error: state.error };
      return failed(state.error);
    }
    draft.ref = state.resolved ? { kind: 'resolved', commit: state.resolved.commit } : { kind: 'pending', commit };
    return done;
  } catch (error) {
    deps.refs.unfollow(draft.key);
    draft.ref = { kind: 'failed', commit: remembered, error };
    return failed(error);
  }
}

/** The status outlives the process: after a restart a git server that is away takes no commit from anybody. */
function rememberedCommit({ stoker, target }: Draft): string | undefined {
  const { status, metadata } = stoker;
  return status?.ref === target.ref && status.observedGeneration === metadata.generation ? status.commit : undefined;
}
