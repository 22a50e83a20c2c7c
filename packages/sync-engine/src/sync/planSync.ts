import type { DesiredTree } from '../desired/desiredTree.ts';
import { managedFolders } from '../desired/pruneScope.ts';
import { openLiveTree } from '../disk/liveTree.ts';
import { mountsInside } from '../disk/mounts.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import { makeRoom } from '../plan/makeRoom.ts';
import type { RoomyPlan } from '../plan/makeRoom.ts';
import { observe } from '../plan/observe.ts';
import type { Observations } from '../plan/observe.ts';
import { operationsOf } from '../plan/operations.ts';
import type { Operation } from '../plan/operations.ts';
import { startPlan } from '../plan/plan.ts';
import { refuseLongPaths } from '../plan/refuseLongPaths.ts';
import { refuseMounts } from '../plan/refuseMounts.ts';
import type { Manifest } from '../state/manifest.ts';
import type { Source } from '../types.ts';
import type { WholeRequest } from './withDefaults.ts';
import type { Recipe } from './recipe.ts';

export interface SyncPlan extends RoomyPlan {
  readonly tree: DesiredTree;
  /** Has the content of every file of the tree. */
  readonly contents: Source;
  /** Desired files that are live as desired, with the stat to remember. */
  readonly settled: Observations['settled'];
  /** Something about the settled files is worth remembering. */
  readonly refreshed: boolean;
  readonly operations: readonly Operation[];
}

export interface PlanSyncRequest {
  readonly request: WholeRequest;
  readonly recipe: Recipe;
  readonly tree: DesiredTree;
  readonly contents: Source;
  readonly manifest: Manifest | undefined;
  /** Absolute and without links. */
  readonly target: string;
  readonly targetFoldsNames: boolean;
  readonly rehash: boolean;
  readonly onFile: () => void;
}

/** Compares what is desired with the live target and says what has to be done. Changes nothing. */
export function planSync(asked: PlanSyncRequest): SyncPlan {
  const { request, recipe, tree, contents, manifest, target, targetFoldsNames, rehash, onFile } = asked;
  refuseLongPaths(tree.files.keys(), target);
  const live = openLiveTree(target);
  const folders = managedFolders(recipe.mappings, tree.provided);
  const { guard, excluded } = recipe;
  const { blobHash } = request.source;
  const mounts = mountsInside(target);
  const planner = startPlan({
    desired: tree.files,
    folders,
    driftPolicy: request.driftPolicy,
    sameRelease: manifest?.header.release.id === request.release.id,
  });
  const { settled, refreshed } = observe({
    desired: tree.files,
    manifest,
    live,
    folders,
    guard,
    excluded,
    mounts,
    blobHash,
    foldsNames: targetFoldsNames,
    rehash,
    onDifference: planner.take,
    onFile,
  });
  const roomy = makeRoom({ plan: planner.finish(), live, guard, blobHash });
  const madeFolders = manifest?.madeFolders ?? new Set<RelativePath>();
  const operations = operationsOf({ plan: roomy, live, folders, madeFolders });
  refuseMounts(operations, mounts);
  return { ...roomy, tree, contents, settled, refreshed, operations };
}
