import { readFile } from 'node:fs/promises';
import type { GitCredentials } from '@stoker/gitref';
import type { Invocation } from '../cli/parseArguments.ts';
import type { Repository } from '../converge/remoteOf.ts';
import { usageError } from '@stoker/command-line';

/**
 * The repository of a command line with its credentials, which come by file: a process's arguments are public.
 * @throws StokerError `Usage`
 */
export async function readRepository({ values }: Invocation): Promise<Repository> {
  const knownHosts = await readOption('known-hosts-file', values['known-hosts-file']);
  const caBundle = await readOption('ca-file', values['ca-file']);
  return {
    url: values.repo ?? '',
    scope: 'standalone',
    credentials: await readCredentials(values),
    ...(knownHosts === undefined ? {} : { knownHosts }),
    ...(caBundle === undefined ? {} : { caBundle }),
    ...(values.proxy === undefined ? {} : { proxy: values.proxy }),
  };
}

async function readCredentials(values: Invocation['values']): Promise<GitCredentials> {
  const { username } = values;
  if (values['token-file'] !== undefined && values['ssh-key-file'] !== undefined) {
    throw usageError('--token-file and --ssh-key-file exclude one another', 'a token is for http(s), a key for ssh');
  }
  const token = await readOption('token-file', values['token-file']);
  if (token !== undefined)
    return { kind: 'token', token: token.trim(), ...(username === undefined ? {} : { username }) };
  if (username !== undefined) throw usageError('--username needs --token-file', 'name the file that holds the token');
  const privateKey = await readOption('ssh-key-file', values['ssh-key-file']);
  return privateKey === undefined ? { kind: 'none' } : { kind: 'sshKey', privateKey };
}

async function readOption(option: string, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const code = Error.isError(cause) && 'code' in cause ? String(cause.code) : 'unknown error';
    throw usageError(`--${option} ${file} cannot be read: ${code}`, 'check its path and who may read it', cause);
  });
  if (text.trim() === '') {
    throw usageError(
      `--${option} ${file} is empty`,
      'write into it what the option stands for, or leave the option out',
    );
  }
  return text;
}
