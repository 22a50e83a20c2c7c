import type { Remote } from '../types.ts';

/** A GitHub App, where it is installed, and its private key. */
export interface GitHubApp {
  readonly appId: number;
  readonly installationId: number;
  /** PEM, PKCS#1 (as GitHub hands it out) or PKCS#8. */
  readonly privateKey: string;
  /** `https://api.github.com`; undefined: what belongs to the repository's host, see `apiBaseUrlOf`. */
  readonly apiBaseURL?: string | undefined;
}

/** The repository that a token is for, and the way there: CA bundle and proxy are for the API, too. */
export type AppRepository = Pick<Remote, 'url' | 'caBundle' | 'proxy'>;

export interface InstallationToken {
  readonly token: string;
  /** From now, in ms, by the server's own clock: whatever the clock of this machine says. */
  readonly lifetimeMs: number;
}
