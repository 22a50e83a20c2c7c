import { lstatSync } from 'node:fs';
import { managedFolderOf } from '../desired/pruneScope.ts';
import type { ManagedFolder } from '../desired/pruneScope.ts';
import type { LiveTree } from '../disk/liveTree.ts';
import { ancestorsOf, comparePaths, isInside } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { RoomyPlan } from './makeRoom.ts';
import type { PlannedChange } from './plan.ts';

/** One step on the live tree. Each can be done twice, and be undone twice, with the same end. */
export type Operation =
  | {
      readonly kind: 'write';
      readonly path: RelativePath;
      readonly blobId: string;
      readonly executable: boolean;
      /** Something was live there when it was planned. */
      readonly replaces: boolean;
      /** Names the staged file, and the kept one: the change's place in the plan. */
      readonly slot: number;
      /** A symbolic link that comes back; the blob id is that of where it points to. */
      readonly link?: true;
    }
  | { readonly kind: 'delete'; readonly path: RelativePath; readonly slot: number }
  /** With a mode where a folder comes back that had one. */
  | { readonly kind: 'makeFolder'; readonly path: RelativePath; readonly mode?: number }
  /** Only if it is empty by then. */
  | { readonly kind: 'removeFolder'; readonly path: RelativePath; readonly mode: number };

export interface OperationsRequest {
  readonly plan: RoomyPlan;
  readonly live: LiveTree;
  readonly folders: readonly ManagedFolder[];
  readonly madeFolders: ReadonlySet<RelativePath>;
}

/**
 * Puts the changes into an order in which each is possible: make room, make folders, write, delete, remove folders that
 * became empty. A path is absent for a moment only where a file becomes a folder or a folder a file.
 */
export function operationsOf({ plan, live, folders, madeFolders }: OperationsRequest): readonly Operation[] {
  const writes = plan.changes.filter((change) => change.desired !== undefined);
  const deletes = plan.changes.filter((change) => change.desired === undefined);
  const newFolders = foldersToMake(writes, live);
  const isInTheWay = ({ path }: PlannedChange): boolean =>
    newFolders.has(path) || plan.foldersInTheWay.some((folder) => isInside(path, folder));
  const removable = (folder: RelativePath): boolean =>
    madeFolders.has(folder) || managedFolderOf(folder, folders)?.prune === 'mirror';

  const slots = new Map<RelativePath, number>();
  for (const [slot, { path }] of plan.changes.entries()) slots.set(path, slot);
  const slotOf = (path: RelativePath): number => slots.get(path) ?? 0;
  const deletion = ({ path }: PlannedChange): Operation => ({ kind: 'delete', path, slot: slotOf(path) });
  const removal = (path: RelativePath): Operation => ({
    kind: 'removeFolder',
    path,
    mode: modeOf(live.absolute(path)),
  });
  return [
    ...deletes.filter(isInTheWay).map(deletion),
    ...plan.foldersInTheWay.map(removal),
    ...[...newFolders].toSorted(comparePaths).map((path): Operation => ({ kind: 'makeFolder', path })),
    ...writes.map(({ path, desired, before }): Operation => {
      const { blobId = '', executable = false } = desired ?? {};
      return { kind: 'write', path, blobId, executable, replaces: before !== undefined, slot: slotOf(path) };
    }),
    ...deletes.filter((change) => !isInTheWay(change)).map(deletion),
    ...emptiedFolders(deletes, plan, removable, live).map(removal),
  ];
}

function foldersToMake(writes: readonly PlannedChange[], live: LiveTree): Set<RelativePath> {
  const missing = new Set<RelativePath>();
  for (const { path } of writes) {
    for (const folder of ancestorsOf(path)) {
      if (missing.has(folder) || live.folderKind(folder) === 'folder') break;
      missing.add(folder);
    }
  }
  return missing;
}

/** Folders above deleted files that may go once nothing is left in them, deepest first. */
function emptiedFolders(
  deletes: readonly PlannedChange[],
  { foldersInTheWay }: RoomyPlan,
  removable: (folder: RelativePath) => boolean,
  live: LiveTree,
): RelativePath[] {
  const candidates = new Set<RelativePath>();
  for (const { path } of deletes) {
    for (const folder of ancestorsOf(path)) {
      if (candidates.has(folder) || !removable(folder)) break;
      if (live.folderKind(folder) === 'folder') candidates.add(folder);
    }
  }
  for (const folder of foldersInTheWay) candidates.delete(folder);
  return [...candidates].toSorted((left, right) => comparePaths(right, left));
}

function modeOf(absolutePath: string): number {
  return lstatSync(absolutePath).mode & 0o7777;
}
