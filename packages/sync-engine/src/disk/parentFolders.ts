import { parentOf, nameOf } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import { errorCode, quotePath, syncError } from '../syncError.ts';
import { openFolder } from './openFolder.ts';
import type { Folder } from './openFolder.ts';

/** Finds places in the target without following a link anywhere on the way, also one swapped in meanwhile. */
export interface ParentFolders {
  /** A path to use in fs calls for one file or folder of the target. Throws `ENOENT` of node:fs, and `TargetUnsafe`. */
  locate(path: RelativePath): string;
  close(): void;
}

/** Keeps the chain of folders to the last place open: cheap when asked in sorted order. */
export function openParentFolders(target: Folder): ParentFolders {
  const chain: { readonly name: string; readonly folder: Folder }[] = [];
  const closeFrom = (depth: number): void => {
    for (const { folder } of chain.splice(depth)) folder.close();
  };
  const enter = (path: RelativePath): string => {
    const names = path === '' ? [] : path.split('/');
    const shared = names.findIndex((name, depth) => chain[depth]?.name !== name);
    closeFrom(shared < 0 ? names.length : shared);
    for (const name of names.slice(chain.length)) {
      const above = chain.at(-1)?.folder ?? target;
      chain.push({ name, folder: openOnTheWay(`${above.path}/${name}`, path) });
    }
    return (chain.at(-1)?.folder ?? target).path;
  };
  return {
    locate: (path) => `${enter(parentOf(path))}/${nameOf(path)}`,
    close: () => closeFrom(0),
  };
}

function openOnTheWay(absolutePath: string, path: RelativePath): Folder {
  try {
    return openFolder(absolutePath);
  } catch (error) {
    if (errorCode(error) !== 'ENOTDIR' && errorCode(error) !== 'ELOOP') throw error;
    const message = `${quotePath(path)} in the target is not a folder, or reached through a symbolic link`;
    throw syncError('TargetUnsafe', message, 'make it a folder again', error);
  }
}
