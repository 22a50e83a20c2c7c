import type { LiveKind } from '../disk/liveTree.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { Operation } from '../plan/operations.ts';
import type { KeptContent } from './readRevertPoint.ts';

/** What the way back depends on. */
export interface Ground {
  readonly kept: ReadonlyMap<number, KeptContent>;
  readonly live: (path: RelativePath) => LiveKind;
  readonly modeOf: (folder: RelativePath) => number;
}

export interface WayBack {
  readonly operations: readonly Operation[];
  /** Of each write, by its slot: the slot by which the earlier apply kept what comes back. */
  readonly origins: ReadonlyMap<number, number>;
}

/**
 * The operations that take those of an earlier apply back, in an order in which each is possible: what was done last is
 * taken back first. What is gone by now needs no deletion.
 */
export function takeBack(applied: readonly Operation[], { kept, live, modeOf }: Ground): WayBack {
  const origins = new Map<number, number>();
  let nextSlot = 0;
  const isThere = (path: RelativePath): boolean => live(path) === 'file' || live(path) === 'symlink';
  const undoing = (operation: Operation): readonly Operation[] => {
    const { path } = operation;
    if (operation.kind === 'makeFolder') {
      return live(path) === 'folder' ? [{ kind: 'removeFolder', path, mode: modeOf(path) }] : [];
    }
    if (operation.kind === 'removeFolder') return [{ kind: 'makeFolder', path, mode: operation.mode }];
    const content = kept.get(operation.slot);
    if (content === undefined && (operation.kind === 'delete' || !isThere(path))) return [];
    const slot = nextSlot++;
    if (content === undefined) return [{ kind: 'delete', path, slot }];
    origins.set(slot, operation.slot);
    const { blobId, executable, isLink } = content;
    const link = isLink ? { link: true as const } : {};
    return [{ kind: 'write', path, blobId, executable, replaces: isThere(path), slot, ...link }];
  };
  return { operations: applied.toReversed().flatMap(undoing), origins };
}
