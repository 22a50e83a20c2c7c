import { comparePaths, isInside } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import { quotePath } from '../syncError.ts';
import type { RenderedMapping } from './renderMappings.ts';

/** A folder that mappings fill, and what may be deleted in it. */
export interface ManagedFolder {
  readonly path: RelativePath;
  readonly prune: 'mirror' | 'owned';
  /** Some mapping to it has a source with files, or says that it may be empty. */
  readonly mayBeEmptied: boolean;
  /** The sources that fill it, as errors call them. */
  readonly sources: readonly string[];
}

/**
 * The managed folders, innermost first: the first one that holds a path decides about it, so that one mapping never
 * deletes what another one manages. Where several mappings share a folder, `mirror` needs all of them to say so.
 */
export function managedFolders(
  mappings: readonly RenderedMapping[],
  provided: readonly boolean[],
): readonly ManagedFolder[] {
  const folders = new Map<RelativePath, ManagedFolder>();
  for (const [index, mapping] of mappings.entries()) {
    if (mapping.type !== 'dir') continue;
    const earlier = folders.get(mapping.destination);
    folders.set(mapping.destination, {
      path: mapping.destination,
      prune: earlier?.prune === 'owned' ? 'owned' : mapping.prune,
      mayBeEmptied: Boolean(earlier?.mayBeEmptied) || mapping.allowEmpty || Boolean(provided[index]),
      sources: [...(earlier?.sources ?? []), `${mapping.label}.source ${quotePath(mapping.source)}`],
    });
  }
  return [...folders.values()].toSorted(
    (left, right) => right.path.length - left.path.length || comparePaths(left.path, right.path),
  );
}

/** The managed folder that decides about what lies in it, not about itself; undefined where none does. */
export function managedFolderOf(path: string, folders: readonly ManagedFolder[]): ManagedFolder | undefined {
  return folders.find((folder) => path !== folder.path && isInside(path, folder.path));
}
