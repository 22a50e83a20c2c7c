import { agentSecretKeys } from '@stoker/crd-types';
import { checkAllowed } from '../access/remote.ts';
import type { Deps } from './deps.ts';
import { done, type Draft, failed, type Outcome } from './draft.ts';

/**
 * A token for the one repository in place of the GitHub App's key, which goes no further than this. Minting is the business
 * of others, so no reconcile waits for GitHub.
 */
export function followToken(draft: Draft, deps: Deps): Outcome {
  const { stoker, key, appPrivateKey: privateKey, credentials } = draft;
  const { git } = stoker.spec;
  const app = git.auth?.githubApp;
  if (app === undefined || privateKey === undefined) {
    deps.tokens.unfollow(key);
    return done;
  }
  try {
    const url = deps.parseUrl(git.repo);
    checkAllowed(url, deps.allowedRepositories);
    const { appId, installationId, apiBaseURL } = app;
    const { token, error } = deps.tokens.follow(key, {
      app: { appId, installationId, privateKey, apiBaseURL },
      repository: { url, caBundle: credentials.get(agentSecretKeys.caBundle), proxy: git.proxy },
    });
    if (token !== undefined) draft.credentials = new Map([...credentials, [agentSecretKeys.token, token]]);
    else if (error !== undefined) throw error;
    else draft.awaitsToken = true;
    return done;
  } catch (error) {
    draft.credentialErrors = [...draft.credentialErrors, { field: 'spec.git.auth.githubApp', isForGit: true, error }];
    return failed(error);
  }
}
