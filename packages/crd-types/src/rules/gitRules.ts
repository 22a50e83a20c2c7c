import { fieldsOf, matching, notMatching, unquoted } from './rule.ts';
import type { Rule } from './rule.ts';

const sshPattern = '^(ssh://|[^/:@]+@[^/:]+:)';

/** Follows `parseRepositoryUrl` and `checkRef` of `@stoker/gitref`, which have the last word. */
export const gitRules = {
  repositoryForm: unquoted(
    matching(
      String.raw`^((https?|ssh|git)://([^/@\s]*@)?([A-Za-z0-9_][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?/[^\s?#\\]+|[A-Za-z0-9_][A-Za-z0-9._+-]*@[A-Za-z0-9_][A-Za-z0-9._-]*:[^\s\\-][^\s\\]*)$`,
      'write https://host/path.git, http://host/path.git, ssh://user@host/path.git, git://host/path.git or user@host:path.git, without spaces, query or fragment; file:// and local paths are only for the standalone agent',
    ),
  ),
  repositoryCredentials: unquoted(
    notMatching(
      '^((https?|git)://[^/]*@|ssh://[^/@]*:[^/@]*@)',
      'take user name and password out of the URL, put them into a Secret and name it in git.auth.token.secretRef (and git.auth.token.username)',
    ),
  ),
  refGiven: matching('.', 'name a branch, a tag or a full commit SHA, such as main'),
  refShortSha: {
    message:
      'this looks like a shortened commit SHA: write all 40 digits, or refs/heads/… or refs/tags/… if it is the name of a branch or a tag',
    cel: String.raw`!(self.matches(r"^[0-9a-fA-F]{7,39}$") && self.matches(r"[0-9]") && self.matches(r"[a-fA-F]"))`,
    holds: (value) =>
      typeof value !== 'string' ||
      !(/^[0-9a-fA-F]{7,39}$/.test(value) && /[0-9]/.test(value) && /[a-fA-F]/.test(value)),
    quotes: true,
  },
  refLowerCaseSha: {
    message: 'write the commit SHA in lower case',
    cel: String.raw`!self.matches(r"^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$") || self.matches(r"^[0-9a-f]+$")`,
    holds: (value) =>
      typeof value !== 'string' || !/^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$/.test(value) || /^[0-9a-f]+$/.test(value),
    quotes: true,
  },
  refNamespace: {
    message: 'name a branch or a tag: main, v1.2.0, refs/heads/main or refs/tags/v1.2.0',
    cel: String.raw`self != 'HEAD' && self != '@' && (!self.startsWith('refs/') || self.matches(r"^refs/(heads|tags)/."))`,
    holds: (value) =>
      typeof value !== 'string' ||
      (value !== 'HEAD' && value !== '@' && (!value.startsWith('refs/') || /^refs\/(heads|tags)\/./.test(value))),
    quotes: true,
  },
  refCharacters: notMatching(
    String.raw`[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//`,
    'a ref holds no spaces, no ~ ^ : ? * [ \\ and no "..", "@{" or "//": name a branch, a tag or a full commit SHA',
  ),
  refParts: notMatching(
    String.raw`^-|^/|/$|\.$|(^|/)\.([^.]|$)|\.lock(/|$)`,
    'a ref does not begin with "-", begin or end with "/" or end with ".", and no part of it begins with "." or ends with ".lock": name a branch, a tag or a full commit SHA',
  ),
  oneAuth: {
    message: 'give one of git.auth.token, git.auth.sshKey and git.auth.githubApp',
    cel: '[has(self.token), has(self.sshKey), has(self.githubApp)].filter(given, given).size() <= 1',
    holds: (value) =>
      ['token', 'sshKey', 'githubApp'].filter((kind) => fieldsOf(value)[kind] !== undefined).length <= 1,
  },
  tokenNeedsHttp: {
    message:
      'git.auth.token logs in to https:// and http:// repositories: write git.repo as https://…, or use git.auth.sshKey',
    cel: String.raw`!has(self.auth) || !has(self.auth.token) || self.repo.matches(r"^https?://")`,
    holds: (value) => fieldsOf(fieldsOf(value)['auth'])['token'] === undefined || isHttp(fieldsOf(value)['repo']),
  },
  sshKeyNeedsSsh: {
    message:
      'git.auth.sshKey logs in to SSH repositories: write git.repo as user@host:path or ssh://user@host/path, or use git.auth.token',
    cel: `!has(self.auth) || !has(self.auth.sshKey) || self.repo.matches(r"${sshPattern}")`,
    holds: (value) => fieldsOf(fieldsOf(value)['auth'])['sshKey'] === undefined || isSsh(fieldsOf(value)['repo']),
  },
  githubAppNeedsHttps: {
    message:
      'git.auth.githubApp logs in to https:// repositories: write git.repo as https://github.com/owner/name.git, or use git.auth.sshKey',
    cel: String.raw`!has(self.auth) || !has(self.auth.githubApp) || self.repo.matches(r"^https://[^/]+/[^/]+/[^/]")`,
    holds: (value) =>
      fieldsOf(fieldsOf(value)['auth'])['githubApp'] === undefined ||
      typeof fieldsOf(value)['repo'] !== 'string' ||
      /^https:\/\/[^/]+\/[^/]+\/[^/]/.test(String(fieldsOf(value)['repo'])),
  },
  apiBaseUrlForm: unquoted(
    matching(
      String.raw`^https://[^/@\s?#\\]+(/[^@\s?#\\]*)?$`,
      'write it as https://api.github.com or https://github.example.com/api/v3, without user name, password, query or fragment; or leave it out',
    ),
  ),
  proxyForm: unquoted(
    matching(
      String.raw`^https?://[^/@\s?#\\]+/?$`,
      'write the proxy as http://host:port, without user name, password or path',
    ),
  ),
  proxyNeedsHttp: {
    message: 'git.proxy works for https:// and http:// repositories: write git.repo as https://…, or remove git.proxy',
    cel: String.raw`!has(self.proxy) || self.repo.matches(r"^https?://")`,
    holds: (value) => fieldsOf(value)['proxy'] === undefined || isHttp(fieldsOf(value)['repo']),
  },
} satisfies Readonly<Record<string, Rule>>;

function isHttp(repository: unknown): boolean {
  return typeof repository !== 'string' || /^https?:\/\//.test(repository);
}

function isSsh(repository: unknown): boolean {
  return typeof repository !== 'string' || new RegExp(sshPattern).test(repository);
}
