import type { CacheFolders } from '../cache/folders.ts';
import { records } from './records.ts';
import { startTreeRead } from './startTreeRead.ts';
import { treePath } from './treePath.ts';

export interface TreeEntry {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly kind: 'file' | 'symlink' | 'submodule';
  readonly executable: boolean;
  readonly blobId: string;
}

/** @throws StokerError `UnsafePath`, `CacheDamaged` */
export async function* listTree(
  folders: CacheFolders,
  commit: string,
  under: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly TreeEntry[], void> {
  if (under.length === 0) return;
  const paths = under.includes('.') ? [] : under.map((path) => path.replace(/\/+$/, ''));
  const ancestors = [...new Set(paths.flatMap(ancestorsOf))];
  if (ancestors.length > 0) {
    const read = startTreeRead(folders, ['ls-tree', '-z', commit, '--', ...ancestors], signal);
    for await (const batch of records(read)) {
      const obstacles = parseEntries(batch).filter(({ kind }) => kind !== 'file');
      if (obstacles.length > 0) yield obstacles;
    }
  }
  const read = startTreeRead(folders, ['ls-tree', '-r', '-z', commit, '--', ...paths], signal);
  for await (const batch of records(read)) yield parseEntries(batch);
}

function ancestorsOf(path: string): string[] {
  const names = path.split('/');
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join('/'));
}

/** Of `<mode> <type> <id>\t<path>`, without the folders. */
function parseEntries(batch: readonly Buffer[]): TreeEntry[] {
  return batch.flatMap((record) => {
    const tab = record.indexOf(0x09);
    const [mode = '', , blobId = ''] = record.toString('latin1', 0, tab).split(' ');
    return mode === '040000' ? [] : treeEntry(mode, blobId, record.subarray(tab + 1));
  });
}

/** Old repositories hold files of mode 100664: of the mode only the owner's execute bit counts. */
export function treeEntry(mode: string, blobId: string, path: Uint8Array): TreeEntry {
  const kind = mode === '120000' ? 'symlink' : mode === '160000' ? 'submodule' : 'file';
  return { path: treePath(path), kind, executable: kind === 'file' && mode === '100755', blobId };
}
