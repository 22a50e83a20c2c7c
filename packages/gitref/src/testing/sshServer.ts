import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startInetd } from './inetd.ts';

const run = promisify(execFile);

export interface SshServer {
  readonly port: number;
  /** A key that the server lets in, OpenSSH form. */
  readonly privateKey: string;
  /** known_hosts text with the server's host key. */
  readonly knownHosts: string;
  /** `ssh://user@127.0.0.1:34567/tmp/root/site.git` */
  url(repository: string): string;
  close(): Promise<void>;
}

/**
 * Serves the bare repositories in `root` by a real sshd, for the current user. Needs `sshd` and `ssh-keygen` (Debian:
 * openssh-server), and a passwd entry for the current user. An sshd of root's wants the folder /run/sshd: it is made.
 */
export async function startSshServer(
  root: string,
  options: { readonly host?: string; readonly port?: number } = {},
): Promise<SshServer> {
  const host = options.host ?? '127.0.0.1';
  const folder = await mkdtemp(join(tmpdir(), 'stoker-sshd-'));
  const hostKey = join(folder, 'host_key');
  const clientKey = join(folder, 'client_key');
  for (const path of [hostKey, clientKey])
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', path]);

  const authorizedKeys = join(folder, 'authorized_keys');
  await writeFile(authorizedKeys, await readFile(`${clientKey}.pub`));
  const config = join(folder, 'sshd_config');
  await writeFile(config, sshdConfig(hostKey, authorizedKeys));
  await chmod(folder, 0o711);
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });

  // sshd wants to be called by its absolute path.
  const sshd = (await run('sh', ['-c', 'PATH="$PATH:/usr/sbin:/sbin" command -v sshd'])).stdout.trim();
  const inetd = await startInetd({ host, port: options.port ?? 0 }, [sshd, '-i', '-f', config]);
  const hostPublicKey = (await readFile(`${hostKey}.pub`, 'utf8')).trim();
  return {
    port: inetd.port,
    privateKey: await readFile(clientKey, 'utf8'),
    knownHosts: `[${host}]:${inetd.port} ${hostPublicKey}\n`,
    url: (repository) => `ssh://${userInfo().username}@${host}:${inetd.port}${join(root, repository)}`,
    async close() {
      await inetd.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function sshdConfig(hostKey: string, authorizedKeys: string): string {
  return [
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${authorizedKeys}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'PermitUserRC no',
    'PidFile none',
    'LogLevel ERROR',
    '',
  ].join('\n');
}
