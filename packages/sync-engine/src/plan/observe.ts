import type { DesiredFile } from '../desired/desiredTree.ts';
import type { Guard } from '../desired/guard.ts';
import { managedFolderOf } from '../desired/pruneScope.ts';
import type { ManagedFolder } from '../desired/pruneScope.ts';
import { hashFile, linkBlobId } from '../disk/blobHash.ts';
import type { BlobHash } from '../disk/blobHash.ts';
import { fileStat, sameStat } from '../disk/fileStat.ts';
import type { FileStat } from '../disk/fileStat.ts';
import type { LiveKind, LiveTree } from '../disk/liveTree.ts';
import type { PathMatcher } from '../paths/matchPatterns.ts';
import { foldPath, isInside } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { Manifest, ManifestEntry } from '../state/manifest.ts';
import { diskError } from '../syncError.ts';

/** A path where not everything is as it should be: all three views of it. */
export interface Observation {
  readonly path: RelativePath;
  readonly desired: DesiredFile | undefined;
  /** What was last written there. */
  readonly base: ManifestEntry | undefined;
  readonly live: LiveKind;
  /** Of a live file or link. */
  readonly liveBlobId: string | undefined;
  /** Of a live file, from before it was read. */
  readonly liveStat: FileStat | undefined;
  readonly liveIsBase: boolean;
  readonly desiredIsBase: boolean;
}

export interface Observations {
  /** Desired files that are live as desired, with the stat to remember. */
  readonly settled: ReadonlyMap<RelativePath, ManifestEntry>;
  /** A stat changed without the content, or a file was right without having been written: worth remembering. */
  readonly refreshed: boolean;
}

export interface ObserveRequest {
  readonly desired: ReadonlyMap<RelativePath, DesiredFile>;
  readonly manifest: Manifest | undefined;
  readonly live: LiveTree;
  readonly folders: readonly ManagedFolder[];
  readonly guard: Guard;
  readonly excluded: PathMatcher;
  /** What is mounted inside the target belongs to somebody else, unless a mapping names a file in it. */
  readonly mounts: readonly RelativePath[];
  readonly blobHash: BlobHash;
  /** Names that differ only in case or composition are one file of the target, which keeps the name it has. */
  readonly foldsNames: boolean;
  /** Read every live file, also where its stat is as remembered. */
  readonly rehash: boolean;
  /**
   * Takes each difference as it is found: desired files, then what was written and is no longer desired, then strangers in
   * mirrored folders.
   */
  readonly onDifference: (seen: Observation) => void;
  /** Called for each file looked at; may throw to stop. */
  readonly onFile: () => void;
}

/** Looks at every file that is desired, was written, or lies in a mirrored folder. Reads only what stat cannot settle. */
export function observe(request: ObserveRequest): Observations {
  const { desired, manifest, guard, onDifference } = request;
  const settled = new Map<RelativePath, ManifestEntry>();
  const writtenAt = lookUp(manifest?.entries ?? new Map<RelativePath, ManifestEntry>(), request.foldsNames);
  const desiredAt = lookUp(desired, request.foldsNames);
  let refreshed = false;

  for (const file of desired.values()) {
    request.onFile();
    const base = writtenAt(file.path);
    const look = lookAt(file.path, base, request);
    if (look.blobId === file.blobId && look.stat?.executable === file.executable) {
      const remembered = base !== undefined && isRemembered(base, file, look.stat) ? base : undefined;
      if (remembered === undefined) refreshed = true;
      settled.set(file.path, remembered ?? entryOf(file, look.stat));
    } else {
      onDifference(describe(file.path, file, base, look, request));
    }
  }
  for (const [path, base] of manifest?.entries ?? []) {
    if (desired.has(path)) continue;
    request.onFile();
    refreshed = true;
    if (desiredAt(path) !== undefined || !guard.mayDelete(path, 'file')) continue;
    const look = lookAt(path, base, request);
    if (look.kind === 'file' || look.kind === 'symlink') {
      onDifference(describe(path, undefined, base, look, request));
    }
  }
  for (const path of findStrangers(request)) {
    if (desiredAt(path) !== undefined || writtenAt(path) !== undefined) continue;
    onDifference(describe(path, undefined, undefined, lookAt(path, undefined, request), request));
  }
  return { settled, refreshed };
}

/** Finds what a path has, also under another spelling where that is the same file. */
function lookUp<Value>(
  entries: ReadonlyMap<RelativePath, Value>,
  foldsNames: boolean,
): (path: RelativePath) => Value | undefined {
  if (!foldsNames) return (path) => entries.get(path);
  const folded = new Map([...entries].map(([path, value]) => [foldPath(path), value]));
  return (path) => entries.get(path) ?? folded.get(foldPath(path));
}

function isRemembered(base: ManifestEntry, file: DesiredFile, stat: FileStat): boolean {
  const { blobId, executable, transformId = '', originId } = file;
  const isSame = base.blobId === blobId && base.executable === executable;
  return isSame && base.transformId === transformId && base.originId === originId && sameStat(base.stat, stat);
}

export function entryOf(file: DesiredFile, stat: FileStat): ManifestEntry {
  const { blobId, executable, transformId = '', originId } = file;
  return { blobId, executable, transformId, ...(originId === undefined ? {} : { originId }), stat };
}

interface Look {
  readonly kind: LiveKind;
  readonly blobId: string | undefined;
  /** Of a regular file only. */
  readonly stat: FileStat | undefined;
  readonly isBase: boolean;
}

function lookAt(path: RelativePath, base: ManifestEntry | undefined, request: ObserveRequest): Look {
  const { live, manifest, blobHash } = request;
  const node = live.node(path);
  const baseHash = manifest?.header.blobHash ?? blobHash;
  if (node.kind !== 'file') {
    const blobId = node.kind === 'symlink' ? reading(path, () => linkBlobId(live.absolute(path), blobHash)) : undefined;
    return { kind: node.kind, blobId, stat: undefined, isBase: false };
  }
  const seen = fileStat(node.stats);
  const trusted = base !== undefined && !request.rehash && sameStat(base.stat, seen);
  if (trusted && baseHash === blobHash) {
    return { kind: 'file', blobId: base.blobId, stat: seen, isBase: seen.executable === base.executable };
  }
  const hashed = reading(path, () => hashFile(live.absolute(path), [blobHash, baseHash]));
  if (hashed === undefined) return { kind: 'special', blobId: undefined, stat: undefined, isBase: false };
  const [blobId, blobIdAsBase] = hashed.blobIds;
  const isBase = base !== undefined && blobIdAsBase === base.blobId && hashed.stat.executable === base.executable;
  return { kind: 'file', blobId, stat: hashed.stat, isBase };
}

function describe(
  path: RelativePath,
  desired: DesiredFile | undefined,
  base: ManifestEntry | undefined,
  look: Look,
  { manifest, blobHash }: ObserveRequest,
): Observation {
  // Ids of two algorithms tell nothing about one another; then only a live file that is the base could, and it differs.
  const comparable = manifest === undefined || manifest.header.blobHash === blobHash;
  const desiredIsBase =
    desired === undefined || base === undefined
      ? desired === base
      : comparable && desired.blobId === base.blobId && desired.executable === base.executable;
  const live = { live: look.kind, liveBlobId: look.blobId, liveStat: look.stat, liveIsBase: look.isBase };
  return { path, desired, base, ...live, desiredIsBase };
}

/** What an NFS client makes of a deleted file that is still open; it goes by itself, and cannot be deleted before. */
const nfsLeftover = /(^|\/)\.nfs[0-9a-f]{8,}$/;

/** Live files in mirrored folders that nobody desires and nobody wrote, sorted within each folder. */
function* findStrangers(request: ObserveRequest): Generator<RelativePath> {
  const { folders, live, desired, manifest, guard, excluded, onFile } = request;
  const mounts = new Set(request.mounts);
  const mirrored = folders.filter((folder) => folder.prune === 'mirror');
  const outermost = mirrored.filter(
    (folder) => !mirrored.some((other) => other !== folder && isInside(folder.path, other.path)),
  );
  const strangers: RelativePath[] = [];
  const leftAlone = (path: RelativePath, kind: 'file' | 'folder'): boolean =>
    mounts.has(path) || !guard.mayDelete(path, kind) || excluded(path, kind) || nfsLeftover.test(path);
  const visit = (path: RelativePath): void => {
    onFile();
    if (desired.has(path) || manifest?.entries.has(path)) return;
    if (managedFolderOf(path, folders)?.prune !== 'mirror' || leftAlone(path, 'file')) return;
    strangers.push(path);
  };
  for (const folder of outermost) {
    if (leftAlone(folder.path, 'folder')) continue;
    live.walk(folder.path, (inner) => !leftAlone(inner, 'folder'), visit);
    yield* strangers.splice(0);
  }
}

function reading<Result>(path: RelativePath, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw diskError(error, 'read', path);
  }
}
