import type { GitCredentials } from '../types.ts';

/**
 * Value of the `Authorization` header. Forges take any user name with a token, except that some want one that is not
 * empty: `git` serves all of them.
 */
export function basicAuthorization(credentials: Extract<GitCredentials, { kind: 'token' }>): string {
  const username = credentials.username === undefined || credentials.username === '' ? 'git' : credentials.username;
  return `Basic ${Buffer.from(`${username}:${credentials.token.trim()}`).toString('base64')}`;
}
