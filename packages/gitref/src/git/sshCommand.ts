/**
 * The value of GIT_SSH_COMMAND, which git hands to a shell. Only our own options count: no configuration file of a user
 * or the machine, no agent, no question to anybody.
 */
export function sshCommand(files: {
  readonly key: string | undefined;
  /** Undefined: any host key is accepted and none is remembered. */
  readonly knownHosts: string | undefined;
  /** For a uid that the machine does not know: `libnss_wrapper.so` answers instead of /etc/passwd. */
  readonly passwd: { readonly passwd: string; readonly group: string } | undefined;
}): string {
  const options: readonly (readonly [string, string])[] = [
    ['BatchMode', 'yes'],
    ['ConnectTimeout', '20'],
    ['ServerAliveInterval', '15'],
    ['ServerAliveCountMax', '3'],
    ['StrictHostKeyChecking', files.knownHosts === undefined ? 'no' : 'yes'],
    ['UserKnownHostsFile', files.knownHosts === undefined ? '/dev/null' : configPath(files.knownHosts)],
    ['GlobalKnownHostsFile', '/dev/null'],
    ['UpdateHostKeys', 'no'],
    ['IdentityAgent', 'none'],
    ['IdentitiesOnly', 'yes'],
    ['IdentityFile', files.key === undefined ? 'none' : configPath(files.key)],
    ['PasswordAuthentication', 'no'],
    ['ControlMaster', 'no'],
    ['LogLevel', 'ERROR'],
  ];
  const wrapper: readonly (readonly [string, string])[] =
    files.passwd === undefined
      ? []
      : [
          ['LD_PRELOAD', 'libnss_wrapper.so'],
          ['NSS_WRAPPER_PASSWD', files.passwd.passwd],
          ['NSS_WRAPPER_GROUP', files.passwd.group],
        ];
  return [
    ...wrapper.map(([name, value]) => `${name}=${quote(value)}`),
    'ssh -F /dev/null',
    ...options.map(([name, value]) => `-o ${quote(`${name}=${value}`)}`),
  ].join(' ');
}

/** As ssh_config(5) reads paths: `%` begins a token, white space separates. */
function configPath(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
