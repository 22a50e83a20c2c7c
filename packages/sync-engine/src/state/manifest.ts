import { createHash } from 'node:crypto';
import { asFilePath } from '../paths/relativePath.ts';
import type { RelativePath } from '../paths/relativePath.ts';
import type { BlobHash } from '../disk/blobHash.ts';
import type { FileStat } from '../disk/fileStat.ts';
import { isSnapshotName } from './snapshotName.ts';

/** One file as Stoker wrote it last, and its stat right after. */
export interface ManifestEntry {
  readonly blobId: string;
  readonly executable: boolean;
  /** What the content went through; empty: nothing. */
  readonly transformId: string;
  /** The blob of the source that it was made from; undefined: it is `blobId` itself. */
  readonly originId?: string | undefined;
  readonly stat: FileStat;
}

export interface ManifestHeader {
  readonly release: { readonly id: string; readonly ref: string; readonly commit: string };
  /** RFC 3339. */
  readonly syncedAt: string;
  readonly blobHash: BlobHash;
  /** `Source.id` of what was written. */
  readonly sourceId: string | undefined;
  /** Names everything else that decided about the files: mappings, excludes, protection. */
  readonly context: string;
  readonly overlaid: number;
  /** Path and blob of each file that protection kept from being written. */
  readonly protected: readonly (readonly [string, string])[];
  /** Of each mapping, in order: did its source hold any file? */
  readonly provided: readonly boolean[];
  readonly files: number;
  /** The snapshot that tells how to get back to what was there before the last change. */
  readonly snapshot?: string | undefined;
}

/** What was last written. */
export interface Manifest {
  readonly header: ManifestHeader;
  readonly entries: ReadonlyMap<RelativePath, ManifestEntry>;
  /** Folders that Stoker made and may remove when they become empty. */
  readonly madeFolders: ReadonlySet<RelativePath>;
}

/** Entries may be made one by one as they are written; `files` of the header tells how many there are. */
export interface ManifestToWrite extends Pick<Manifest, 'header' | 'madeFolders'> {
  readonly entries: Iterable<readonly [RelativePath, ManifestEntry]>;
}

const schema = 1;
/** What is hashed and written at a time, in characters. */
const pieceLength = 65_536;
const blobIdPattern = /^[0-9a-f]{40,64}$/;
const modesPattern = /^[x-]{2}$/;

/**
 * The text of a manifest, in pieces: a JSON line of the header; one line of tab-separated fields a folder or file (paths
 * hold no control characters); a last line with the SHA-256 of all before it, so that damage shows.
 */
export function* formatManifest(manifest: ManifestToWrite): Generator<string> {
  const digest = createHash('sha256');
  let piece = `${JSON.stringify({ schema, ...manifest.header })}\n`;
  const flushed = function* (limit: number): Generator<string> {
    if (piece.length <= limit) return;
    digest.update(piece);
    yield piece;
    piece = '';
  };
  for (const folder of manifest.madeFolders) {
    piece += `D\t${folder}\n`;
    yield* flushed(pieceLength);
  }
  for (const [path, { blobId, executable, transformId, originId, stat }] of manifest.entries) {
    const modes = `${executable ? 'x' : '-'}${stat.executable ? 'x' : '-'}`;
    piece += `F\t${path}\t${blobId}\t${modes}\t${transformId}\t${stat.size}\t${stat.mtimeMs}\t${stat.ctimeMs}\t${stat.inode}${originId === undefined ? '' : `\t${originId}`}\n`;
    yield* flushed(pieceLength);
  }
  yield* flushed(0);
  yield `E\t${digest.digest('hex')}\n`;
}

/**
 * Reads a manifest line by line. It is untrusted: undefined for anything that is not exactly what `formatManifest` makes
 * (another schema, a path that is not a plain relative one, a wrong digest, more files than the header says).
 */
export function parseManifest(lines: Iterable<string>): Manifest | undefined {
  const digest = createHash('sha256');
  const entries = new Map<RelativePath, ManifestEntry>();
  const madeFolders = new Set<RelativePath>();
  let header: ManifestHeader | undefined;
  let unhashed = '';
  for (const line of lines) {
    if (line.startsWith('E\t')) {
      digest.update(unhashed);
      const intact = header?.files === entries.size && line === `E\t${digest.digest('hex')}`;
      return intact && header !== undefined ? { header, entries, madeFolders } : undefined;
    }
    unhashed += `${line}\n`;
    if (unhashed.length > pieceLength) {
      digest.update(unhashed);
      unhashed = '';
    }
    if (header === undefined) {
      header = parseManifestHeader(line);
      if (header === undefined) return undefined;
    } else if (!takeLine(line.split('\t'), entries, madeFolders)) {
      return undefined;
    }
  }
  return undefined;
}

function takeLine(
  fields: readonly string[],
  entries: Map<RelativePath, ManifestEntry>,
  madeFolders: Set<RelativePath>,
): boolean {
  const [kind, name = '', blobId = '', modes = '', transformId = '', size, mtimeMs, ctimeMs, inode, originId] = fields;
  const path = asFilePath(name);
  if (path === undefined) return false;
  if (kind === 'D') {
    madeFolders.add(path);
    return fields.length === 2;
  }
  entries.set(path, {
    blobId,
    executable: modes[0] === 'x',
    transformId,
    originId,
    stat: {
      size: Number(size),
      mtimeMs: Number(mtimeMs),
      ctimeMs: Number(ctimeMs),
      inode: Number(inode),
      executable: modes[1] === 'x',
    },
  });
  const areIds = blobIdPattern.test(blobId) && (originId === undefined || blobIdPattern.test(originId));
  return kind === 'F' && (fields.length === 9 || fields.length === 10) && areIds && modesPattern.test(modes);
}

/** The header alone, for a look at the state; undefined when it is damaged. */
export function parseManifestHeader(line: string): ManifestHeader | undefined {
  const value = parseJson(line);
  if (!isRecord(value) || value['schema'] !== schema || !isRecord(value['release'])) return undefined;
  const {
    release,
    syncedAt,
    blobHash,
    sourceId,
    context,
    overlaid,
    protected: kept,
    provided,
    files,
    snapshot,
  } = value;
  const { id, ref, commit } = release;
  if (![id, ref, commit, syncedAt, context].every((field) => typeof field === 'string')) return undefined;
  if (!Array.isArray(provided)) return undefined;
  if (
    !Array.isArray(kept) ||
    !kept.every(isPairOfStrings) ||
    !Number.isSafeInteger(files) ||
    !Number.isSafeInteger(overlaid)
  )
    return undefined;
  return {
    release: { id: String(id), ref: String(ref), commit: String(commit) },
    syncedAt: String(syncedAt),
    blobHash: blobHash === 'git-sha1' || blobHash === 'git-sha256' ? blobHash : 'sha256',
    sourceId: typeof sourceId === 'string' ? sourceId : undefined,
    context: String(context),
    overlaid: Number(overlaid),
    protected: kept,
    provided: provided.map(Boolean),
    files: Number(files),
    ...(isSnapshotName(snapshot) ? { snapshot } : {}),
  };
}

function isPairOfStrings(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Untrusted text that is not JSON is treated like JSON of the wrong shape.
  }
}
