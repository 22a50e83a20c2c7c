import { gitError } from '../gitError.ts';
import type { GitHubApp } from './types.ts';

/** What the REST API said, without its body: that is never repeated. */
export interface ApiAnswer {
  readonly status: number;
  /** Whether it says that too many were asked, and not that this one may not be. */
  readonly isRateLimited: boolean;
}

/** Why there is no token. Statuses as in GitHub's "Create an installation access token for an app". */
export function classifyAnswer(
  { status, isRateLimited }: ApiAnswer,
  { app, api, repository }: { readonly app: GitHubApp; readonly api: string; readonly repository: string },
): Error {
  const { appId, installationId } = app;
  if (isRateLimited) return gitError('GitServerError', `${api} hands out no more tokens for now (rate limit)`);
  if (status === 401) {
    return gitError('AuthenticationFailed', `${api} refuses the private key of GitHub App ${appId}`, {
      hint: "Check that appId is the App's, and that the key in the secret is still listed under Private keys in its settings.",
    });
  }
  if (status === 403) {
    return gitError(
      'AuthenticationFailed',
      `${api} gives GitHub App ${appId} no token for installation ${installationId}`,
      {
        hint: 'The installation is suspended, or the App may not read contents: see Installed GitHub Apps of the organization.',
      },
    );
  }
  if (status === 404) {
    return gitError('AuthenticationFailed', `GitHub App ${appId} has no installation ${installationId}`, {
      hint: 'installationId is the number at the end of the URL of the installation, under Installed GitHub Apps.',
    });
  }
  if (status === 422) return notInstalledOn(app, repository);
  return gitError('GitServerError', `${api} answered with HTTP status ${status}`);
}

/** The installation is one of another account, or leaves this repository out. */
export function notInstalledOn({ appId, installationId }: GitHubApp, repository: string): Error {
  const message = `installation ${installationId} of GitHub App ${appId} has no access to ${repository}`;
  return gitError('RepositoryNotFound', message, {
    hint: "Select the repository in the installation's settings, and give the App the permission Contents: read.",
  });
}
