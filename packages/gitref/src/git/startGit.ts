import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { gitError } from '../gitError.ts';

export interface GitProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves, never rejects with git's own failure: the caller knows what an exit code means. */
  readonly ended: Promise<GitExit>;
  /** Ends git and everything that it started. */
  kill(): void;
}

export interface GitExit {
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
  /** The last 16 KiB. Not yet safe to publish. */
  readonly stderr: string;
}

export interface StartOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly onStderr?: ((text: string) => void) | undefined;
}

const keptStderr = 16 * 1024;
const graceMs = 1000;

/**
 * Starts git as the leader of a process group of its own, so that `kill` also reaches `git-remote-https` and `ssh`.
 *
 * @throws StokerError `GitNotUsable` where git cannot be started: from `ended`, or at once where no descriptor is left
 */
export function startGit(args: readonly string[], options: StartOptions): GitProcess {
  const child = spawn('git', args, { env: options.environment, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  let kept = '';
  const ended = new Promise<GitExit>((resolve, reject) => {
    child.once('error', (cause) => reject(cannotStart(cause)));
    // Killed by somebody else, most likely the kernel for its memory: its helpers must not go on without it.
    child.once('exit', (_, killedBy) => {
      if (killedBy !== null && child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    });
    child.once('close', (code, killedBy) => resolve({ code, killedBy, stderr: kept }));
  });
  // Whoever reads stdout first may fail before it awaits this; whoever awaits it is told all the same.
  ended.catch(() => undefined);

  // Whatever its types say, node makes none of them where no descriptor is left; its error comes only later.
  const { stdin, stdout, stderr }: ChildProcess = child;
  if (!stdin || !stdout || !stderr) throw noRoom();
  stderr.setEncoding('utf8').on('data', (text: string) => {
    kept = (kept + text).slice(-keptStderr);
    options.onStderr?.(text);
  });
  // A git that ends early closes its input; its exit code tells why.
  stdin.on('error', () => undefined);

  return { stdin, stdout, ended, kill: () => killGroup(child.pid, ended) };
}

function cannotStart(cause: Error): Error {
  if ('code' in cause && (cause.code === 'EAGAIN' || cause.code === 'EMFILE' || cause.code === 'ENFILE')) {
    return noRoom(cause);
  }
  return gitError('GitNotUsable', 'git cannot be started', { hint: 'Install git 2.38 or later.', cause });
}

function noRoom(cause?: Error): Error {
  return gitError('GitNotUsable', 'git cannot be started: there are too many processes or open files', {
    hint: 'Raise the limits of processes and open files, of the pod and of its node.',
    cause,
  });
}

/** SIGTERM lets git remove its locks; SIGKILL follows for what does not listen. */
function killGroup(pid: number | undefined, ended: Promise<unknown>): void {
  if (pid === undefined) return;
  signalGroup(pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
  const clear = (): void => clearTimeout(timer);
  ended.then(clear, clear);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: the group has ended in the meantime, which is what was wanted.
  }
}
