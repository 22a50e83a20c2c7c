import { asFilePath, comparePaths, isInside, joinPath, unsafePath } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { PathMatcher } from '../paths/matchPatterns.ts';
import { quotePath, syncError } from '../syncError.ts';
import type { Transform } from '../transforms/compileTransforms.ts';
import type { SourceEntry } from '../types.ts';
import { bothMapped, checkPaths } from './checkConflicts.ts';
import type { Guard } from './guard.ts';
import type { RenderedMapping } from './renderMappings.ts';

/** One file as the target is meant to have it. */
export interface DesiredFile {
  readonly path: RelativePath;
  readonly blobId: string;
  readonly executable: boolean;
  /** Still to be carried out: `blobId` names what the source has, not what is to go live. */
  readonly transform?: Transform | undefined;
  /** What the content went through on the way; undefined or empty: nothing. */
  readonly transformId?: string | undefined;
  /** What the source has, where the content was changed on the way. */
  readonly originId?: string | undefined;
}

export interface DesiredTree {
  readonly files: ReadonlyMap<RelativePath, DesiredFile>;
  /** Target paths that a protected path kept from being written, sorted, and the blobs that the source has for them. */
  readonly protected: ReadonlyMap<RelativePath, string>;
  /** Files that more than one mapping provides. */
  readonly overlaid: number;
  /** Of each mapping, in order: does its source hold any file? */
  readonly provided: readonly boolean[];
}

export interface DesiredTreeBuilder {
  /** Takes one file of the source, in any order. Throws on what no mapping may carry over. */
  add(entry: SourceEntry): void;
  /** Throws `PathConflict` where two of the files cannot both be in the target. */
  finish(): DesiredTree;
}

/** What decides which files are desired, besides what the source has. */
interface TreeRules {
  readonly mappings: readonly RenderedMapping[];
  readonly excluded: PathMatcher;
  readonly guard: Guard;
}

/** The file that a path gets, and the mapping that provides it. */
interface Winner {
  readonly file: DesiredFile;
  readonly mapping: RenderedMapping;
  /** Place of the mapping: the later one wins. */
  readonly index: number;
}

/** Lays the mappings over one another: where several provide a path, the later one wins. */
export function buildDesiredTree(
  { mappings, excluded, guard }: TreeRules,
  targetFoldsNames: boolean,
): DesiredTreeBuilder {
  const winners = new Map<RelativePath, Winner>();
  const overlaid = new Set<RelativePath>();
  const kept = new Map<RelativePath, string>();
  const provided = mappings.map(() => false);

  const place = (entry: SourceEntry, index: number, mapping: RenderedMapping): void => {
    const path = targetPath(entry.path, mapping);
    if (excluded(path, 'file')) return;
    refuseUnlessFile(entry);
    provided[index] = true;
    if (!guard.mayWrite(path, mapping.type)) {
      kept.set(path, entry.blobId);
      return;
    }
    const earlier = winners.get(path);
    if (earlier !== undefined) {
      if (earlier.index < index) refuseOtherOwner(path, earlier.mapping, mapping);
      else refuseOtherOwner(path, mapping, earlier.mapping);
      overlaid.add(path);
    }
    if (earlier !== undefined && earlier.index > index) return;
    const { blobId, executable } = entry;
    const transform = mapping.transforms?.forFile(pathInMapping(path, mapping), path);
    const file = { path, blobId, executable, ...(transform && { transform }) };
    winners.set(path, { file, mapping, index });
  };

  return {
    add(entry) {
      let isExcluded: boolean | undefined;
      for (const [index, mapping] of mappings.entries()) {
        if (!concerns(entry, mapping)) continue;
        isExcluded ??= excluded(entry.path, 'file');
        if (isExcluded) return;
        checkKind(entry, mapping);
        place(entry, index, mapping);
      }
    },
    finish() {
      checkPaths(winners, targetFoldsNames);
      return {
        files: new Map([...winners].map(([path, { file }]) => [path, file])),
        protected: sortedByPath([...kept].filter(([path]) => !winners.has(path))),
        overlaid: overlaid.size,
        provided,
      };
    },
  };
}

function refuseOtherOwner(path: RelativePath, first: RenderedMapping, second: RenderedMapping): void {
  if (first.owner === undefined || second.owner === undefined || first.owner === second.owner) return;
  throw bothMapped(path, first, second);
}

/** A map in the order of its paths. */
export function sortedByPath<V>(entries: Iterable<readonly [RelativePath, V]>): ReadonlyMap<RelativePath, V> {
  return new Map([...entries].toSorted(([left], [right]) => comparePaths(left, right)));
}

/** Throws `SourceMissing` for a required mapping whose source has no file. */
export function requireSources(mappings: readonly RenderedMapping[], { provided }: DesiredTree): void {
  for (const [index, mapping] of mappings.entries()) {
    if (!provided[index] && mapping.required) throw sourceMissing(mapping);
  }
}

/** A link or submodule on the way to a source concerns the mapping too: there is nothing below it to list. */
function concerns(entry: SourceEntry, mapping: RenderedMapping): boolean {
  return isInside(entry.path, mapping.source) || (entry.kind !== 'file' && isInside(mapping.source, entry.path));
}

function checkKind(entry: SourceEntry, mapping: RenderedMapping): void {
  refuseUnlessFile(entry);
  const isSourceItself = entry.path === mapping.source;
  if (isSourceItself === (mapping.type === 'file')) return;
  throw syncError(
    'SourceMissing',
    `${mapping.label}.type is ${mapping.type}, and the source ${quotePath(mapping.source)} is a ${isSourceItself ? 'file' : 'folder'}`,
    `write type: ${isSourceItself ? 'file' : 'dir'}`,
  );
}

function targetPath(path: string, mapping: RenderedMapping): RelativePath {
  const inside = mapping.source === '' ? path : path.slice(mapping.source.length + 1);
  const checked = asFilePath(joinPath(mapping.destination, inside));
  if (checked === undefined) throw unsafePath(path, 'the source file', 'has a path that cannot be written');
  return checked;
}

/** Relative to the mapping's destination; of a single file its name. */
function pathInMapping(path: RelativePath, { type, destination }: RenderedMapping): string {
  if (type === 'file') return path.slice(path.lastIndexOf('/') + 1);
  return destination === '' ? path : path.slice(destination.length + 1);
}

function refuseUnlessFile(entry: SourceEntry): void {
  if (entry.kind === 'symlink') {
    throw syncError(
      'SymlinkRefused',
      `the source holds a symbolic link at ${quotePath(entry.path)}`,
      'replace the link by the file it points to, or exclude it',
    );
  }
  if (entry.kind === 'submodule') {
    throw syncError(
      'SubmoduleRefused',
      `the source holds a submodule at ${quotePath(entry.path)}`,
      'commit the files themselves, or exclude it',
    );
  }
}

function sourceMissing(mapping: RenderedMapping): Error {
  const kind = mapping.type === 'file' ? 'file' : 'folder with files';
  return syncError(
    'SourceMissing',
    `${mapping.label}.source: there is no ${kind} at ${quotePath(mapping.source)}`,
    'correct the path, or set required: false',
  );
}
