import { gitError } from '../gitError.ts';
import { startGit } from './startGit.ts';
import type { GitExit, StartOptions } from './startGit.ts';

export interface RunOptions extends StartOptions {
  readonly signal?: AbortSignal | undefined;
  readonly input?: string | undefined;
  readonly timeoutMs?: number | undefined;
  /** Bytes of stdout; default 64 MiB. */
  readonly maxOutput?: number | undefined;
  /** Called when git has started, with a way to end it by an error; what it returns is called when git has ended. */
  readonly watch?: ((stop: (error: Error) => void) => () => void) | undefined;
}

export interface GitResult extends GitExit {
  readonly stdout: Buffer;
}

/**
 * Runs git to its end and collects its output. A failing git is a result, not an error.
 *
 * @throws StokerError `GitTimeout`, `GitNotUsable`, `LimitExceeded` (output), or the signal's reason
 */
export async function runGit(args: readonly string[], options: RunOptions): Promise<GitResult> {
  options.signal?.throwIfAborted();
  const git = startGit(args, options);
  git.stdin.end(options.input ?? '');

  let stopped: unknown;
  const stop = (error: unknown): void => {
    stopped ??= error;
    git.kill();
  };
  const onAbort = (): void => stop(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => stop(timeoutError(options.timeoutMs ?? 0)), options.timeoutMs);
  const unwatch = options.watch?.(stop);

  const chunks: Buffer[] = [];
  let size = 0;
  git.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > (options.maxOutput ?? 64 * 1024 * 1024)) stop(gitError('LimitExceeded', 'git printed too much'));
    else chunks.push(chunk);
  });
  try {
    const exit = await git.ended;
    if (stopped !== undefined) throw stopped;
    return { ...exit, stdout: Buffer.concat(chunks) };
  } finally {
    unwatch?.();
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

function timeoutError(timeoutMs: number): Error {
  return gitError('GitTimeout', `git did not finish within ${Math.round(timeoutMs / 1000)} s`);
}
