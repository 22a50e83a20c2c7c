import { isStokerError } from '@stoker/errors';
import { runLocalGit } from '../cache/folders.ts';
import type { CacheFolders } from '../cache/folders.ts';
import { isCommitSha } from '../refName.ts';
import { treeEntry } from './listTree.ts';
import type { TreeEntry } from './listTree.ts';
import { treePath } from './treePath.ts';

export interface TreeChange {
  readonly path: string;
  /** Undefined: deleted. */
  readonly after: TreeEntry | undefined;
}

/**
 * What differs between two commits of the cache. Undefined when git cannot compare them, most often because the earlier
 * one was never here, and when so much differs that it would fill the memory: the whole listing, which is streamed, then
 * tells, and tells too if the cache itself is at fault.
 *
 * @throws StokerError `UnsafePath`
 */
export async function changesSince(
  folders: CacheFolders,
  earlier: string,
  later: string,
  signal: AbortSignal | undefined,
): Promise<readonly TreeChange[] | undefined> {
  if (!isCommitSha(earlier) || earlier.length !== later.length) return undefined;
  if (earlier === later) return [];
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', earlier, later];
  const result = await runLocalGit(folders, args, { signal }).catch(undefinedWhenTooLong);
  return result?.code === 0 ? parseChanges(result.stdout) : undefined;
}

function undefinedWhenTooLong(error: unknown): undefined {
  if (!isStokerError(error) || error.reason !== 'LimitExceeded') throw error;
}

/** Pairs of `:<mode> <mode> <id> <id> <status>` and path, each ended by NUL. */
function parseChanges(output: Buffer): TreeChange[] {
  const changes: TreeChange[] = [];
  let start = 0;
  while (start < output.length) {
    const endOfHeader = output.indexOf(0, start);
    const endOfPath = output.indexOf(0, endOfHeader + 1);
    const [, mode = '', , blobId = ''] = output.toString('latin1', start, endOfHeader).split(' ');
    const path = output.subarray(endOfHeader + 1, endOfPath);
    const after = mode === '000000' ? undefined : treeEntry(mode, blobId, path);
    changes.push({ path: after?.path ?? treePath(path), after });
    start = endOfPath + 1;
  }
  return changes;
}
