export interface GitEnvironmentOptions {
  /** HOME of git and its helpers. */
  readonly home: string;
  /** The only transport that git may use; none when nothing is fetched. */
  readonly transport?: string | undefined;
  /** Configuration, highest precedence. By environment, never by arguments: those are visible to every process. */
  readonly config?: readonly (readonly [key: string, value: string])[] | undefined;
  readonly variables?: Readonly<Record<string, string>> | undefined;
}

/**
 * No fsck of what arrives: it refuses old repositories for harmless faults. Content is hashed on arrival anyway, and names
 * are checked by `treePath`, which says which one it is.
 */
const baseConfig: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['credential.helper', ''],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['fetch.unpackLimit', '1'],
  ['fetch.writeCommitGraph', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['protocol.version', '2'],
  ['transfer.credentialsInUrl', 'die'],
];

/**
 * The whole environment of a git process: nothing of the machine's or the user's configuration reaches it, it asks
 * nobody for anything, and its messages are in English, since they are read by `classifyGitFailure`.
 */
export function gitEnvironment(options: GitEnvironmentOptions): NodeJS.ProcessEnv {
  const config = [...baseConfig, ...(options.config ?? [])];
  return {
    PATH: process.env['PATH'],
    HOME: options.home,
    TMPDIR: options.home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_ALLOW_PROTOCOL: options.transport ?? '',
    GIT_CONFIG_COUNT: String(config.length),
    ...Object.fromEntries(
      config.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
    ...options.variables,
  };
}
