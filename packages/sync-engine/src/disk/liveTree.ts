import { lstatSync, readdirSync } from 'node:fs';
import type { Dirent, Stats } from 'node:fs';
import { asFilePath, comparePaths, joinPath, parentOf } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import { diskError, errorCode } from '../syncError.ts';

export type LiveKind = 'absent' | 'file' | 'folder' | 'symlink' | 'special';

/** What is at a path, looked at without following a link on the way. */
export type LiveNode = { readonly kind: 'file'; readonly stats: Stats } | { readonly kind: Exclude<LiveKind, 'file'> };

/** The target as it is right now. Folders are looked at once; make a new one when the target may have changed. */
export interface LiveTree {
  node(path: RelativePath): LiveNode;
  /** `absent` also below something that is no folder. */
  folderKind(folder: RelativePath): LiveKind;
  /** Visits every file, link and special file below a folder, sorted; `enter` decides about each folder. */
  walk(folder: RelativePath, enter: (folder: RelativePath) => boolean, visit: (path: RelativePath) => void): void;
  absolute(path: RelativePath): string;
}

/** Throws `TargetIOError` and `TargetReadOnly`: what cannot be read is an error, never "gone". */
export function openLiveTree(target: string): LiveTree {
  const folders = new Map<RelativePath, LiveKind>([['' as RelativePath, 'folder']]);
  const absolute = (path: RelativePath): string => (path === '' ? target : `${target}/${path}`);

  const look = (path: RelativePath): LiveNode => {
    try {
      return classify(lstatSync(absolute(path), { throwIfNoEntry: false }));
    } catch (error) {
      if (errorCode(error) === 'ENOTDIR') return { kind: 'absent' };
      throw diskError(error, 'look at', path);
    }
  };

  const folderKind = (folder: RelativePath): LiveKind => {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const kind = folderKind(parentOf(folder)) === 'folder' ? look(folder).kind : 'absent';
    folders.set(folder, kind);
    return kind;
  };

  const walk: LiveTree['walk'] = (folder, enter, visit) => {
    if (folderKind(folder) !== 'folder') return;
    for (const entry of list(absolute(folder), folder)) {
      const path = asFilePath(joinPath(folder, entry.name));
      // A name that is not UTF-8, or that no mapping could write, is nothing Stoker can name: it is left alone.
      if (path === undefined) continue;
      if (!entry.isDirectory()) {
        visit(path);
      } else if (enter(path)) {
        folders.set(path, 'folder');
        walk(path, enter, visit);
      }
    }
  };

  return {
    node: (path) => (folderKind(parentOf(path)) === 'folder' ? look(path) : { kind: 'absent' }),
    folderKind,
    walk,
    absolute,
  };
}

function classify(stats: Stats | undefined): LiveNode {
  if (stats === undefined) return { kind: 'absent' };
  if (stats.isFile()) return { kind: 'file', stats };
  if (stats.isDirectory()) return { kind: 'folder' };
  return { kind: stats.isSymbolicLink() ? 'symlink' : 'special' };
}

function list(absolutePath: string, folder: RelativePath): Dirent[] {
  try {
    return readdirSync(absolutePath, { withFileTypes: true }).toSorted((left, right) =>
      comparePaths(left.name, right.name),
    );
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw diskError(error, 'list', folder);
  }
}
