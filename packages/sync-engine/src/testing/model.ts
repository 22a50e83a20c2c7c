import type { Mapping } from '../types.ts';
import { modelTransforms } from './modelTransforms.ts';
import type { Provided } from './modelTransforms.ts';
import type { Tree } from './trees.ts';

/**
 * What the contract says should happen, written without looking at the engine: whole trees, no manifest format, no
 * staging, no cleverness. Trees are path → content; a path that ends in `*` is executable.
 */
export interface ModelState {
  readonly live: Tree;
  /** What was last written; undefined before the first sync. */
  readonly base: Tree | undefined;
  readonly release: string | undefined;
}

export interface ModelSync {
  readonly source: Tree;
  readonly mappings: readonly Mapping[];
  readonly excludes: readonly ExcludePattern[];
  readonly protectedPaths: readonly ProtectedPattern[];
  readonly explicitOnly: readonly ProtectedPattern[];
  readonly release: string;
  readonly restore: boolean;
  /** The value of the variable `Who`. */
  readonly who: string;
  /** Live folders without anything in them: a protected one stays, and may be in the way. */
  readonly emptyFolders: readonly string[];
}

export type ModelResult =
  | { readonly refusals: readonly string[] }
  | {
      readonly refusals: undefined;
      readonly live: Tree;
      readonly base: Tree;
      readonly drifted: readonly string[];
      readonly protected: readonly string[];
    };

/** A few patterns of different kinds, and by hand what they cover. */
const covered = {
  '**/b': (path: string) => path.split('/').includes('b'),
  'x/a/': (path: string) => path.startsWith('x/a/'),
  'c/**': (path: string) => path === 'c' || path.startsWith('c/'),
  'y/*': (path: string) => path.startsWith('y/'),
} as const;
export type ExcludePattern = keyof typeof covered;
export const excludePatterns = Object.keys(covered) as ExcludePattern[];

const shielded = {
  'x/b/': (path: string) => path.startsWith('x/b/'),
  '**/a-b': (path: string) => path.split('/').includes('a-b'),
  'y/a': (path: string) => path === 'y/a' || path.startsWith('y/a/'),
} as const;
export type ProtectedPattern = keyof typeof shielded;
export const protectedPatterns = Object.keys(shielded) as ProtectedPattern[];

/** What is there instead of the content of a FIFO or socket. */
export const special = 'special';

interface File {
  readonly content: string;
  readonly executable: boolean;
}

export function modelSync(state: ModelState, request: ModelSync): ModelResult {
  const refusals = new Set<string>();
  const kept = new Set<string>();
  const desired = layer(request, { refusals, kept });
  const live = filesOf(state.live);
  const base = filesOf(state.base ?? {});
  const ruled = (path: string): Mapping | undefined => ruler(path, request.mappings);
  for (const path of desired.keys())
    if (above(path).some((folder) => desired.has(folder))) refusals.add('PathConflict');
  if (refusals.size > 0) return { refusals: [...refusals] };

  const writes = new Set<string>();
  const deletes = new Set<string>();
  const drifted = new Set<string>();
  for (const path of new Set([...desired.keys(), ...base.keys(), ...live.keys()])) {
    const wanted = desired.get(path);
    const here = live.get(path);
    const written = base.get(path);
    if (same(here, wanted)) continue;
    if (wanted === undefined && (here?.content === special || isShielded(path, request))) continue;
    const isStranger = wanted === undefined && written === undefined;
    if (isStranger && (!mirrors(path, request.mappings) || isExcluded(path, request))) continue;
    if (wanted === undefined && here === undefined) continue;
    const isReleaseUnchanged = isStranger
      ? state.release === request.release
      : written !== undefined && same(written, wanted);
    if (!same(here, written) && isReleaseUnchanged && !request.restore) drifted.add(path);
    else if (wanted === undefined) deletes.add(path);
    else writes.add(path);
  }

  for (const path of deletes) {
    const mapping = ruled(path);
    if (mapping === undefined || !wouldEmpty(mapping.destination, request, desired)) continue;
    refusals.add('SourceVanished');
  }
  for (const path of writes) {
    if (live.get(path)?.content === special) refusals.add('TargetUnsafe');
    for (const folder of above(path)) {
      if (!live.has(folder) || deletes.has(folder)) continue;
      if (live.get(folder)?.content === special || isShielded(folder, request)) refusals.add('TargetUnsafe');
      deletes.add(folder);
      drifted.delete(folder);
    }
    for (const inside of live.keys()) {
      if (!inside.startsWith(`${path}/`) || deletes.has(inside)) continue;
      if (!isShielded(inside, request) && drifted.delete(inside)) deletes.add(inside);
      else refusals.add('TargetUnsafe');
    }
    for (const folder of request.emptyFolders) {
      if (folder !== path && !folder.startsWith(`${path}/`)) continue;
      if (isShielded(`${folder}/anything`, request)) refusals.add('TargetUnsafe');
    }
  }
  if (refusals.size > 0) return { refusals: [...refusals] };

  const after = new Map(live);
  for (const path of deletes) after.delete(path);
  for (const path of writes) after.set(path, desired.get(path) ?? { content: '', executable: false });
  const newBase = new Map(desired);
  return {
    refusals: undefined,
    live: treeOf(after),
    base: treeOf(newBase),
    drifted: [...drifted].toSorted(),
    protected: [...kept].toSorted(),
  };
}

function isShielded(path: string, { protectedPaths, explicitOnly }: ModelSync): boolean {
  return [...protectedPaths, ...explicitOnly].some((pattern) => shielded[pattern](path));
}

function mayWrite(path: string, { type }: Mapping, { protectedPaths, explicitOnly }: ModelSync): boolean {
  const patterns = type === 'file' ? protectedPaths : [...protectedPaths, ...explicitOnly];
  return !patterns.some((pattern) => shielded[pattern](path));
}

function isExcluded(path: string, { excludes }: ModelSync): boolean {
  return excludes.some((pattern) => covered[pattern](path));
}

/** Overlays: where mappings provide one file, the later one wins; what comes out is transformed. */
function layer(
  request: ModelSync,
  { refusals, kept }: { readonly refusals: Set<string>; readonly kept: Set<string> },
): Map<string, File> {
  const { source, mappings } = request;
  const provided = new Map<string, Provided>();
  const fileTargets = mappings.filter(({ type }) => type === 'file').map(({ destination }) => destination);
  if (new Set(fileTargets).size < fileTargets.length) refusals.add('PathConflict');
  for (const mapping of mappings) {
    for (const [path, file] of filesOf(source)) {
      const isItself = path === mapping.source;
      const isBelow = mapping.source === '.' || path.startsWith(`${mapping.source}/`);
      if ((!isItself && !isBelow) || isExcluded(path, request)) continue;
      if (isItself !== (mapping.type === 'file')) {
        refusals.add('SourceMissing');
        continue;
      }
      const to = destinationOf(path, mapping);
      if (isExcluded(to, request)) continue;
      if (mayWrite(to, mapping, request)) provided.set(to, { ...file, by: mapping });
      else kept.add(to);
    }
  }
  for (const path of provided.keys()) kept.delete(path);
  const made = modelTransforms(provided, request.who);
  if (made === undefined) refusals.add('TransformFailed');
  return new Map([...(made ?? provided)].map(([path, { content, executable }]) => [path, { content, executable }]));
}

function destinationOf(path: string, { source, destination }: Mapping): string {
  const rest = path === source ? '' : source === '.' ? path : path.slice(source.length + 1);
  return [destination === '.' ? '' : destination, rest].filter(Boolean).join('/');
}

/** The mapping to the innermost folder that holds the path. */
function ruler(path: string, mappings: readonly Mapping[]): Mapping | undefined {
  const holding = mappings.filter(
    ({ type, destination }) => type === 'dir' && (destination === '.' || path.startsWith(`${destination}/`)),
  );
  const depth = ({ destination }: Mapping): number => (destination === '.' ? 0 : destination.split('/').length);
  return holding.toSorted((left, right) => depth(right) - depth(left))[0];
}

function mirrors(path: string, mappings: readonly Mapping[]): boolean {
  const destination = ruler(path, mappings)?.destination;
  const sharing = mappings.filter((mapping) => mapping.type === 'dir' && mapping.destination === destination);
  return destination !== undefined && destination !== '.' && sharing.every(({ prune }) => prune === 'mirror');
}

function wouldEmpty(destination: string, request: ModelSync, desired: Map<string, File>): boolean {
  const { source, mappings } = request;
  const sharing = mappings.filter((mapping) => mapping.type === 'dir' && mapping.destination === destination);
  const isProvided = sharing.some(
    (mapping) =>
      mapping.allowEmpty ||
      [...filesOf(source).keys()].some(
        (path) =>
          (mapping.source === '.' || path.startsWith(`${mapping.source}/`)) &&
          !isExcluded(path, request) &&
          !isExcluded(destinationOf(path, mapping), request),
      ),
  );
  const keepsSomething = [...desired.keys()].some((path) => ruler(path, mappings)?.destination === destination);
  return !isProvided && !keepsSomething;
}

function above(path: string): string[] {
  const names = path.split('/');
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join('/'));
}

function same(left: File | undefined, right: File | undefined): boolean {
  return left?.content === right?.content && left?.executable === right?.executable;
}

function filesOf(tree: Tree): Map<string, File> {
  return new Map(
    Object.entries(tree).map(([name, content]) => [
      name.replace(/\*$/, ''),
      { content, executable: name.endsWith('*') },
    ]),
  );
}

function treeOf(files: ReadonlyMap<string, File>): Tree {
  return Object.fromEntries(
    [...files].map(([path, { content, executable }]) => [path + (executable ? '*' : ''), content]),
  );
}
