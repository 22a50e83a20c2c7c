import { classifyGitFailure } from '../git/classifyGitFailure.ts';
import { gitError } from '../gitError.ts';
import { records } from '../tree/records.ts';
import { startTreeRead } from '../tree/startTreeRead.ts';
import type { FetchLimits } from '../types.ts';
import { runLocalGit } from './folders.ts';
import type { CacheFolders } from './folders.ts';

/**
 * Looks at a commit that has just arrived, before anybody uses it.
 *
 * @throws StokerError `LimitExceeded`, or `CommitNotAvailable` where the SHA names something that is not a commit
 */
export async function inspectCommit(
  folders: CacheFolders,
  commit: string,
  limits: FetchLimits,
  signal: AbortSignal | undefined,
): Promise<void> {
  const type = await runLocalGit(folders, ['cat-file', '-t', commit], { signal });
  if (type.code !== 0) throw classifyGitFailure(type);
  const found = type.stdout.toString().trim();
  if (found !== 'commit') {
    throw gitError('CommitNotAvailable', `${commit} is a ${found}, not a commit`, {
      hint: "Use the commit's own SHA, or the name of the tag.",
    });
  }
  await checkSizes(folders, commit, limits, signal);
}

async function checkSizes(
  folders: CacheFolders,
  commit: string,
  limits: FetchLimits,
  signal: AbortSignal | undefined,
): Promise<void> {
  let files = 0;
  const read = startTreeRead(folders, ['ls-tree', '-r', '-l', '-z', commit], signal);
  for await (const batch of records(read)) {
    files += batch.length;
    if (files > limits.maxFiles) {
      throw gitError('LimitExceeded', `the commit has more than ${limits.maxFiles} files`);
    }
    for (const record of batch) checkFileSize(record.toString('latin1'), limits.maxFileBytes);
  }
}

/** `100644 blob <id> <size>\t<path>`; the size of a submodule is `-`. */
function checkFileSize(record: string, maxFileBytes: number): void {
  const tab = record.indexOf('\t');
  const size = Number(record.slice(record.lastIndexOf(' ', tab) + 1, tab));
  if (size > maxFileBytes) {
    const path = JSON.stringify(Buffer.from(record.slice(tab + 1), 'latin1').toString());
    throw gitError('LimitExceeded', `the file ${path} has ${size} bytes, more than ${maxFileBytes}`, {
      hint: 'Keep large files out of the repository, or raise the limit.',
    });
  }
}
