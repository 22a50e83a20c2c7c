import type { Remote } from '../types.ts';
import { removeLeftovers } from './folders.ts';
import type { CacheFolders } from './folders.ts';
import { inspectCommit } from './inspectCommit.ts';
import { dropIncoming, keepCommit, readKeptCommits } from './keptCommits.ts';
import { consolidatePacks, packSizes } from './packs.ts';
import { transferCommit, transferTooLarge } from './transfer.ts';
import type { TransferOptions } from './transfer.ts';

/** Transfers a commit unless it is kept already, and keeps it once it is known to be complete and within the limits. */
export async function fetchIntoCache(
  folders: CacheFolders,
  remote: Remote,
  commit: string,
  options: TransferOptions,
): Promise<{ bytes: number }> {
  const kept = await readKeptCommits(folders);
  if (kept.current === commit) return { bytes: 0 };
  if (kept.previous === commit) {
    await keepCommit(folders, commit, kept);
    return { bytes: 0 };
  }
  await removeLeftovers(folders);
  await consolidatePacks(folders, options.signal);
  const before = sum(await packSizes(folders, 'pack'));
  try {
    await transferCommit(folders, remote, commit, options);
    const bytes = Math.max(0, sum(await packSizes(folders, 'pack')) - before);
    if (bytes > options.limits.maxBytes) throw transferTooLarge(options.limits.maxBytes);
    await inspectCommit(folders, commit, options.limits, options.signal);
    await keepCommit(folders, commit, kept);
    return { bytes };
  } finally {
    await dropIncoming(folders);
  }
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
