import { classifyGitFailure } from '../git/classifyGitFailure.ts';
import { runGit } from '../git/runGit.ts';
import type { GitResult } from '../git/runGit.ts';
import { withTransport } from '../git/transport.ts';
import { gitError } from '../gitError.ts';
import type { FetchLimits, Remote } from '../types.ts';
import { runLocalGit } from './folders.ts';
import type { CacheFolders } from './folders.ts';
import { incoming } from './keptCommits.ts';
import { packSizes } from './packs.ts';
import { progressReader } from './progressReader.ts';
import type { FetchProgress } from './progressReader.ts';

export interface TransferOptions {
  /** The branch or tag that led to the commit: some servers hand out nothing else. */
  readonly ref?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly limits: FetchLimits;
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
}

interface Wish {
  readonly refspecs: readonly string[];
  /** Commits of history; undefined: all. */
  readonly depth: number | undefined;
}

const watchIntervalMs = 200;

/**
 * Brings the objects of one commit into the cache: by its SHA and without history, or, from a server that does not hand
 * out commits by SHA, by the ref that it is on. What is there afterwards is complete.
 */
export async function transferCommit(
  folders: CacheFolders,
  remote: Remote,
  commit: string,
  options: TransferOptions,
): Promise<void> {
  const deadline = Date.now() + options.limits.timeoutMs;
  let location = remote;
  const attempt = async (wish: Wish): Promise<GitResult> => {
    const run = (): Promise<GitResult> => fetchOnce(folders, location, wish, options, deadline - Date.now());
    const result = await run();
    if (!isRedirect(result, location)) return result;
    const { locate } = await import('../http/locate.ts');
    location = await locate(location, { signal: options.signal, timeoutMs: deadline - Date.now() });
    return run();
  };

  const bySha = [`+${commit}:${incoming}/commit`];
  let result = await attempt({ refspecs: bySha, depth: 1 });
  const shallow = !/Server does not support shallow/.test(result.stderr);
  if (!shallow) result = await attempt({ refspecs: bySha, depth: undefined });
  if (result.code === 0) return;
  if (!/unadvertised object|couldn't find remote ref/.test(result.stderr)) throw classifyGitFailure(result, location);

  for (const refspecs of refspecsOf(options.ref)) {
    for (const depth of shallow ? [50, undefined] : [undefined]) {
      const byRef = await attempt({ refspecs, depth });
      if (/couldn't find remote ref/.test(byRef.stderr)) break;
      if (byRef.code !== 0) throw classifyGitFailure(byRef, location);
      if (await isReachable(folders, commit)) return;
    }
  }
  throw gitError('CommitNotAvailable', `no branch or tag of ${location.url.canonical} holds the commit ${commit}`, {
    hint: 'It may have been removed by a force-push.',
  });
}

function fetchOnce(
  folders: CacheFolders,
  remote: Remote,
  { refspecs, depth }: Wish,
  options: TransferOptions,
  timeoutMs: number,
): Promise<GitResult> {
  const args = [
    'fetch',
    '--progress',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-auto-maintenance',
    ...(depth === undefined ? [] : [`--depth=${depth}`]),
    '--',
    remote.url.href,
    ...refspecs,
  ];
  return withTransport(remote, folders.run, (environment) =>
    runGit(args, {
      environment: { ...environment, GIT_DIR: folders.repository },
      signal: options.signal,
      timeoutMs: Math.max(timeoutMs, 1),
      onStderr: options.onProgress === undefined ? undefined : progressReader(options.onProgress),
      watch: (stop) => watchSize(folders, options.limits.maxBytes, stop),
    }),
  );
}

/** git has no limit of its own for what it receives: the growing pack is looked at while it arrives. */
function watchSize(folders: CacheFolders, maxBytes: number, stop: (error: Error) => void): () => void {
  const look = async (): Promise<void> => {
    const sizes = await packSizes(folders, 'tmp_pack');
    if (sizes.some((size) => size > maxBytes)) stop(transferTooLarge(maxBytes));
  };
  const timer = setInterval(() => void look(), watchIntervalMs);
  return () => clearInterval(timer);
}

export function transferTooLarge(maxBytes: number): Error {
  return gitError('LimitExceeded', `the transfer is larger than ${Math.round(maxBytes / (1024 * 1024))} MiB`, {
    hint: 'Keep large files out of the repository, or raise the limit.',
  });
}

function isRedirect(result: GitResult, { url }: Remote): boolean {
  return (
    (url.transport === 'http' || url.transport === 'https') &&
    result.code !== 0 &&
    /returned error: 30\d|unable to update url base/.test(result.stderr)
  );
}

/** What to ask for, one after the other, where the commit itself cannot be asked for. */
function refspecsOf(ref: string | undefined): string[][] {
  if (ref === undefined) return [['heads', 'tags'].map((kind) => `+refs/${kind}/*:${incoming}/${kind}/*`)];
  const names = ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
  return names.map((name) => [`+${name}:${incoming}/ref`]);
}

async function isReachable(folders: CacheFolders, commit: string): Promise<boolean> {
  const known = await runLocalGit(folders, ['cat-file', '-e', `${commit}^{commit}`]);
  if (known.code !== 0) return false;
  const holders = await runLocalGit(folders, ['for-each-ref', '--count=1', `--contains=${commit}`, incoming]);
  return holders.code === 0 && holders.stdout.length > 0;
}
