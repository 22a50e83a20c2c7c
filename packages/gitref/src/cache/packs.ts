import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { classifyGitFailure } from '../git/classifyGitFailure.ts';
import { runLocalGit } from './folders.ts';
import type { CacheFolders } from './folders.ts';

const maxPacks = 20;
const slackBytes = 64 * 1024 * 1024;

/** Bytes of each pack, received completely (`pack`) or still arriving (`tmp_pack`). */
export async function packSizes(folders: CacheFolders, kind: 'pack' | 'tmp_pack'): Promise<number[]> {
  const folder = join(folders.repository, 'objects', 'pack');
  const names = await readdir(folder).catch(() => []);
  const wanted = names.filter((name) => (kind === 'pack' ? name.endsWith('.pack') : name.startsWith('tmp_pack')));
  // A pack may get its final name between the two calls.
  return Promise.all(
    wanted.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
}

/**
 * Every fetch adds a pack. Once there are many, or the small ones outweigh the large one, all is written into one pack of
 * only what the kept commits need. git's own collection is off: it would run whenever it likes.
 */
export async function consolidatePacks(folders: CacheFolders, signal: AbortSignal | undefined): Promise<void> {
  if (!isOverdue(await packSizes(folders, 'pack'))) return;
  const repack = ['-c', 'pack.threads=1', '-c', 'pack.window=0', 'repack', '-q', '-a', '-d', '-n'];
  for (const args of [repack, ['prune', '--expire=now']]) {
    const result = await runLocalGit(folders, args, { signal });
    if (result.code !== 0) throw classifyGitFailure(result);
  }
}

export function isOverdue(sizes: readonly number[]): boolean {
  const largest = Math.max(0, ...sizes);
  const others = sizes.reduce((sum, size) => sum + size, 0) - largest;
  return sizes.length > maxPacks || others > Math.max(largest, slackBytes);
}
