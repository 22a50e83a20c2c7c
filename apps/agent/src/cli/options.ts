import type { OptionSpec } from '@stoker/command-line';

/** Every option of every command, declared once. No option takes a secret: those come by file. */
export const optionSpecs = {
  repo: {
    value: 'URL|PATH',
    summary: 'repository: https://, ssh://, user@host:path, git://, or a path to one on this disk',
  },
  ref: { value: 'REF', summary: 'branch, tag or full commit SHA' },
  profile: {
    value: 'FILE',
    summary:
      'SyncProfile document (YAML or JSON); without it the repository as it is, and files of the target that are not in it stay',
  },
  target: { value: 'DIR', summary: 'folder to converge: the gateway’s data folder' },
  'gateway-name': { value: 'NAME', summary: 'what {{.GatewayName}} stands for in the profile' },
  set: { value: 'KEY=VALUE', summary: 'what {{.Vars.KEY}} stands for; wins over the profile’s vars', repeatable: true },
  'dry-run': { summary: 'plan and count, change nothing' },
  interval: {
    value: 'DURATION',
    summary: 'time between two looks at the repository, such as 30s, 5m, 1h',
    default: '60s',
  },
  'token-file': { value: 'FILE', summary: 'token for http(s), one line' },
  username: { value: 'NAME', summary: 'user that goes with the token, where the server wants one' },
  'ssh-key-file': { value: 'FILE', summary: 'private key for ssh' },
  'known-hosts-file': { value: 'FILE', summary: 'host keys to accept; without it any is accepted' },
  'ca-file': { value: 'FILE', summary: 'PEM certificates of a private certificate authority' },
  proxy: { value: 'URL', summary: 'HTTP proxy to reach the repository through' },
  cache: {
    value: 'DIR',
    summary: 'where fetched objects are kept; may be thrown away (default: the user’s cache folder)',
  },
  output: {
    value: 'text|json',
    summary: 'json: one document on stdout and nothing else',
    choices: ['text', 'json'],
    default: 'text',
  },
  'log-level': {
    value: 'LEVEL',
    summary: 'error, warn, info or debug',
    choices: ['error', 'warn', 'info', 'debug'],
    default: 'info',
  },
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof optionSpecs;
