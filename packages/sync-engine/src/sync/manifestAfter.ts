import { lstatSync } from 'node:fs';
import type { Staged } from '../apply/stageFiles.ts';
import { fileStat, unknownStat } from '../disk/fileStat.ts';
import type { FileStat } from '../disk/fileStat.ts';
import { openParentFolders } from '../disk/parentFolders.ts';
import type { Folder } from '../disk/openFolder.ts';
import { ancestorsOf } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import { entryOf } from '../plan/observe.ts';
import type { Manifest, ManifestEntry, ManifestHeader, ManifestToWrite } from '../state/manifest.ts';
import { errorCode } from '../syncError.ts';
import type { SyncPlan } from './planSync.ts';
import { writesOf } from './writesOf.ts';

export interface Remembering {
  readonly plan: SyncPlan;
  readonly header: ManifestHeader;
  readonly before: Manifest | undefined;
}

/** The manifest once nothing has to be written. */
export function settledManifest({ plan, header, before }: Remembering): ManifestToWrite {
  return complete(header, settledEntries(plan), pathsOf(settledEntries(plan)), before?.madeFolders ?? []);
}

export interface Applied extends Remembering {
  readonly staged: Staged;
  /** Folders that were not there before. */
  readonly made: ReadonlySet<RelativePath>;
  readonly target: Folder;
}

/** The manifest once the plan is applied. Entries are made one by one as they are written: a tree may be large. */
export function appliedManifest({ plan, header, before, staged, made, target }: Applied): ManifestToWrite {
  const paths = function* (): Generator<RelativePath> {
    yield* pathsOf(settledEntries(plan));
    for (const { path } of writesOf(plan)) yield path;
  };
  const entries = function* (): Generator<readonly [RelativePath, ManifestEntry]> {
    yield* settledEntries(plan);
    yield* writtenEntries(plan, staged, target);
  };
  return complete(header, entries(), paths(), [...(before?.madeFolders ?? []), ...made]);
}

function* settledEntries(plan: SyncPlan): Generator<readonly [RelativePath, ManifestEntry]> {
  for (const [path, { base }] of plan.drifted) if (base !== undefined) yield [path, base];
  yield* plan.settled;
}

function* pathsOf(entries: Iterable<readonly [RelativePath, ManifestEntry]>): Generator<RelativePath> {
  for (const [path] of entries) yield path;
}

function* writtenEntries(
  plan: SyncPlan,
  staged: Staged,
  target: Folder,
): Generator<readonly [RelativePath, ManifestEntry]> {
  const parents = openParentFolders(target);
  try {
    for (const [index, { path, blobId, executable }] of writesOf(plan).entries()) {
      const stat = liveStat(() => parents.locate(path));
      const isOurs = stat.inode === staged.inodes[index] && stat.mtimeMs === staged.mtimesMs[index];
      const isWhole = isOurs && stat.size === staged.sizes[index];
      const file = plan.tree.files.get(path) ?? { path, blobId, executable };
      yield [path, entryOf(file, isWhole ? stat : unknownStat)];
    }
  } finally {
    parents.close();
  }
}

/** The stat to remember, unless somebody has taken the file away since it was renamed into place. */
function liveStat(locate: () => string): FileStat {
  try {
    return fileStat(lstatSync(locate()));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return unknownStat;
  }
}

/** Folders are remembered while something that Stoker wrote is in them. */
function complete(
  header: ManifestHeader,
  entries: ManifestToWrite['entries'],
  paths: Iterable<RelativePath>,
  made: Iterable<RelativePath>,
): ManifestToWrite {
  const used = new Set<RelativePath>();
  let files = 0;
  for (const path of paths) {
    files += 1;
    for (const folder of ancestorsOf(path)) {
      if (used.has(folder)) break;
      used.add(folder);
    }
  }
  const madeFolders = new Set([...made].filter((folder) => used.has(folder)));
  return { header: { ...header, files }, entries, madeFolders };
}
