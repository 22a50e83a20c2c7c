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
 * one was never here, when so much differs that it would fill the memory, and when a name among it must never reach a
 * disk: the listing of what is asked for, which is streamed, then tells, also whether that name is part of it, and
 * whether the cache itself is at fault.
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
  try {
    const result = await runLocalGit(folders, args, { signal });
    return result.code === 0 ? parseChanges(result.stdout) : undefined;
  } catch (error) {
    if (isStokerError(error) && (error.reason === 'LimitExceeded' || error.reason === 'UnsafePath')) return undefined;
    throw error;
  }
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
