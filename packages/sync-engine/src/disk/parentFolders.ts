import { parentOf, nameOf } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import { errorCode, quotePath, syncError } from '../syncError.ts';
import { openFolder } from './openFolder.ts';
import type { Folder } from './openFolder.ts';

/** Finds places in the target without following a link anywhere on the way, also one swapped in meanwhile. */
export interface ParentFolders {
  /** A path to use in fs calls for one file or folder of the target. Throws `ENOENT` of node:fs, and `TargetUnsafe`. */
  locate(path: RelativePath): string;
  /** The same, but undefined where a folder on the way is missing or is none. */
  find(path: RelativePath): string | undefined;
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
      chain.push({ name, folder: openFolder(`${above.path}/${name}`) });
    }
    return (chain.at(-1)?.folder ?? target).path;
  };
  const locate = (path: RelativePath): string => `${enter(parentOf(path))}/${nameOf(path)}`;
  return {
    locate: (path) => {
      try {
        return locate(path);
      } catch (error) {
        throw isNoFolder(error) ? inTheWay(path, error) : error;
      }
    },
    find: (path) => {
      try {
        return locate(path);
      } catch (error) {
        if (isNoFolder(error) || errorCode(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    close: () => closeFrom(0),
  };
}

/** Opened without following links, a link is no folder either. */
function isNoFolder(error: unknown): boolean {
  return errorCode(error) === 'ENOTDIR' || errorCode(error) === 'ELOOP';
}

function inTheWay(path: RelativePath, cause: unknown): Error {
  const message = `a folder above ${quotePath(path)} in the target is none, or reached through a symbolic link`;
  return syncError('TargetUnsafe', message, 'make it a folder again', cause);
}
