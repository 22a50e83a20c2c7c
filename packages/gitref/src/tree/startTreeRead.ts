import type { CacheFolders } from '../cache/folders.ts';
import { classifyGitFailure } from '../git/classifyGitFailure.ts';
import { startGit } from '../git/startGit.ts';
import type { GitProcess } from '../git/startGit.ts';
import { gitError } from '../gitError.ts';

/** A git that reads from the cache, and ends with the loop over its output. */
export interface TreeRead {
  readonly stdin: GitProcess['stdin'];
  /** Chunks of stdout; throws once git has failed, or the signal's reason. */
  readonly chunks: AsyncGenerator<Buffer, void>;
}

/** Starts git on the cache. Leaving the loop over `chunks` early ends the process. */
export function startTreeRead(
  folders: Pick<CacheFolders, 'environment'>,
  args: readonly string[],
  signal: AbortSignal | undefined,
): TreeRead {
  signal?.throwIfAborted();
  const git = startGit(args, { environment: folders.environment });
  return { stdin: git.stdin, chunks: readChunks(git, signal) };
}

async function* readChunks(git: GitProcess, signal: AbortSignal | undefined): AsyncGenerator<Buffer, void> {
  const onAbort = (): void => git.kill();
  signal?.addEventListener('abort', onAbort, { once: true });
  let finished = false;
  try {
    yield* git.stdout as AsyncIterable<Buffer>;
    const exit = await git.ended;
    finished = true;
    signal?.throwIfAborted();
    if (exit.code !== 0) throw asDamage(classifyGitFailure(exit));
  } finally {
    signal?.removeEventListener('abort', onAbort);
    if (!finished) git.kill();
  }
}

/** Reading needs nothing but the cache: whatever goes wrong, a new one is the remedy. */
function asDamage(cause: Error): Error {
  if ('reason' in cause && cause.reason === 'LimitExceeded') return cause;
  return gitError('CacheDamaged', 'the git cache does not hold the whole commit', { cause });
}
