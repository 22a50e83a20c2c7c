import { classifyGitFailure } from '../git/classifyGitFailure.ts';
import { gitError } from '../gitError.ts';
import { runLocalGit } from './folders.ts';
import type { CacheFolders } from './folders.ts';

/** Where a transfer puts the commit until it has been looked at. */
export const incoming = 'refs/stoker/incoming';
const current = 'refs/stoker/current';
const previous = 'refs/stoker/previous';

/**
 * The commits whose objects are complete: git writes a ref only after it has seen that nothing is missing. The previous
 * one is what `changesSince` compares with, and what the server need not send again.
 */
export interface KeptCommits {
  readonly current: string | undefined;
  readonly previous: string | undefined;
}

/** @throws StokerError `CacheDamaged` */
export async function readKeptCommits(folders: CacheFolders): Promise<KeptCommits> {
  const result = await runLocalGit(folders, ['for-each-ref', '--format=%(refname) %(objectname)', 'refs/stoker/']);
  if (result.code !== 0 || result.stderr !== '') {
    throw gitError('CacheDamaged', 'the refs of the git cache cannot be read', { cause: classifyGitFailure(result) });
  }
  const refs = new Map(
    result.stdout
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  );
  return { current: refs.get(current), previous: refs.get(previous) };
}

/** Makes `commit` the current one and what was current the previous one, both or neither. */
export async function keepCommit(folders: CacheFolders, commit: string, kept: KeptCommits): Promise<void> {
  const lines = [
    'start',
    `update ${current} ${commit}`,
    ...(kept.current === undefined ? [] : [`update ${previous} ${kept.current}`]),
    'commit',
  ];
  const result = await runLocalGit(folders, ['update-ref', '--stdin'], { input: `${lines.join('\n')}\n` });
  if (result.code !== 0) throw classifyGitFailure(result);
}

/** Forgets what transfers brought and nobody keeps. */
export async function dropIncoming(folders: CacheFolders): Promise<void> {
  const listed = await runLocalGit(folders, ['for-each-ref', '--format=delete %(refname)', incoming]);
  if (listed.code !== 0) throw classifyGitFailure(listed);
  if (listed.stdout.length === 0) return;
  const result = await runLocalGit(folders, ['update-ref', '--stdin'], { input: listed.stdout.toString() });
  if (result.code !== 0) throw classifyGitFailure(result);
}
