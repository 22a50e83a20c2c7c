import type { TemplateVariables } from '@stoker/template';

/** One file of a source tree. Paths are relative to the source's root, with `/`. */
export interface SourceEntry {
  readonly path: string;
  readonly kind: 'file' | 'symlink' | 'submodule';
  readonly executable: boolean;
  /** Names the content; for git the blob id. */
  readonly blobId: string;
}

/** Receives the bytes of blobs, in the order in which they were asked for. Synchronous: the disk is the back-pressure. */
export interface BlobSink {
  begin(index: number, size: number): void;
  write(bytes: Uint8Array): void;
  end(): void;
}

/** Where files come from: a commit (see `@stoker/gitref`) or a directory. */
export interface Source {
  /** Names the whole content (commit SHA), or undefined where nothing short of reading tells. */
  readonly id: string | undefined;
  /** How `blobId` is computed, so that what was written can be checked against it. */
  readonly blobHash: 'git-sha1' | 'git-sha256' | 'sha256';
  /**
   * All entries in batches. `under` limits the listing to these folders or files; `.` is everything. A link or submodule
   * on the way to one of them is listed in its place.
   */
  list(under: readonly string[], signal?: AbortSignal): AsyncIterable<readonly SourceEntry[]>;
  /** Streams the named blobs into the sink. */
  read(blobIds: readonly string[], sink: BlobSink, signal?: AbortSignal): Promise<void>;
  /** What differs between an earlier `id` and this; undefined when the earlier one is not known here. */
  changesSince?(id: string, signal?: AbortSignal): Promise<readonly SourceChange[] | undefined>;
}

export interface SourceChange {
  readonly path: string;
  /** Undefined: deleted. */
  readonly after: SourceEntry | undefined;
}

export interface Mapping {
  /** File or folder in the source; may hold template variables. `.` is the root. */
  readonly source: string;
  /** File or folder in the target; may hold template variables. `.` is the root. */
  readonly destination: string;
  /** Default `dir`. */
  readonly type?: 'dir' | 'file' | undefined;
  /** A missing source is an error, not an empty folder. Default false. */
  readonly required?: boolean | undefined;
  /** `mirror`: the destination ends equal to the source; `owned`: only what was written before is deleted. Default `mirror`. */
  readonly prune?: 'mirror' | 'owned' | undefined;
  /** The source may vanish and the managed folder may be emptied. Default false. */
  readonly allowEmpty?: boolean | undefined;
  /** Text files are templates: `{{.Name}}` in them is replaced. Default false. */
  readonly template?: boolean | undefined;
  /** Values to put into JSON files, after the template. Default none. */
  readonly patches?: readonly Patch[] | undefined;
  /**
   * Who asks for it. Mappings of one owner are layers, of which the later wins; two owners may not write one path, which is a
   * `PathConflict`. A mapping without an owner may be laid over all others.
   */
  readonly owner?: string | undefined;
  /** What errors call it: where it was written down. Default: `mappings[2]` by its place in the request. */
  readonly label?: string | undefined;
}

/** Puts values into JSON files and leaves every other byte of them as it is. */
export interface Patch {
  /** Glob over paths relative to the mapping's destination; of a `file` mapping over the file's name. */
  readonly file: string;
  /** Path to a value that is there (`$.settings.systemName`, `$['a name'][0]`) → its new value. Strings may hold template variables. */
  readonly set: Readonly<Record<string, JsonValue>>;
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/**
 * Keeps a file true that vouches for the other files of its folder (a signature, a list of checksums) where a transform
 * has changed one of them.
 */
export interface Seal {
  /** Name of the file, in any folder. */
  readonly fileName: string;
  /**
   * Its new text. `sha256Of` gives the lowercase hex SHA-256 of a file beside it, by name; undefined: there is none.
   * Pure; the text as it is where there is nothing to renew.
   */
  readonly renew: (text: string, sha256Of: (name: string) => string | undefined) => string;
}

/** What no mapping may touch. Patterns are picomatch globs over target-relative paths. */
export interface Protection {
  /** Never written, never deleted, never reported as drift. */
  readonly paths: readonly string[];
  /** Written only by a `file` mapping that names them; never deleted. */
  readonly explicitOnly: readonly string[];
}

export type DriftPolicy = 'report' | 'restore' | 'ignore';

export interface SyncRequest {
  readonly source: Source;
  /** Absolute path of the directory to converge. */
  readonly target: string;
  readonly mappings: readonly Mapping[];
  /** Globs of source and target paths that are not written, and not deleted unless they were written before. Default none. */
  readonly excludePatterns?: readonly string[] | undefined;
  /** For templates. Default none. */
  readonly variables?: TemplateVariables | undefined;
  /** Default none. */
  readonly protection?: Protection | undefined;
  /** Renewed in every folder of which a transform has changed a file. */
  readonly seal?: Seal | undefined;
  /** What becomes of live edits. Default `restore`. */
  readonly driftPolicy?: DriftPolicy | undefined;
  /** Globs of folders that the report counts one by one, such as `projects/*`; the outermost that matches counts a file. */
  readonly groups?: readonly string[] | undefined;
  /** Kept in the manifest: what the target is meant to equal from now on. Default: the source's id. */
  readonly release?: Release | undefined;
  /** Who holds the lock; the same holder takes over its own stale lock at once. Default: this process of this host. */
  readonly holder?: string | undefined;
}

export interface Release {
  readonly id: string;
  readonly ref: string;
  readonly commit: string;
}

export type SyncPhase = 'recover' | 'list' | 'plan' | 'stage' | 'apply' | 'finish';

export interface SyncProgress {
  readonly phase: SyncPhase;
  readonly done: number;
  /** 0 while unknown. */
  readonly total: number;
}

export interface SyncOptions {
  readonly signal?: AbortSignal | undefined;
  readonly dryRun?: boolean | undefined;
  readonly onProgress?: ((progress: SyncProgress) => void) | undefined;
  /** Awaited after everything is staged and before the first rename; a scan lock is taken here. Not called when nothing changes. */
  readonly beforeApply?: ((plan: SyncReport) => Promise<void>) | undefined;
  /** Hash every live file, not only those whose stat changed; done by itself with every 120th sync. */
  readonly rehash?: boolean | undefined;
  /** List the unchanged files in the report too, instead of counting them alone. */
  readonly listUnchanged?: boolean | undefined;
}

export type FileChangeKind = 'added' | 'modified' | 'deleted';

export interface FileChange {
  readonly path: string;
  readonly kind: FileChangeKind;
  /** Blob ids; before is undefined for added, after for deleted. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** The live file was not what had been last written; a copy is in the named snapshot. */
  readonly liveEdit: boolean;
  /** Bytes; undefined where there is no file, or a link. */
  readonly sizeBefore?: number | undefined;
  readonly sizeAfter?: number | undefined;
}

/** A live edit that was kept; ids are undefined where there is no file. */
export interface DriftedFile {
  readonly path: string;
  /** What was last written. */
  readonly written: string | undefined;
  readonly live: string | undefined;
}

/** A file of the source that protection kept from being written. What is live in its place is not looked at. */
export interface ProtectedFile {
  readonly path: string;
  /** Blob id of what the source has. */
  readonly desired: string;
}

/** A file that is live as desired. */
export interface UnchangedFile {
  readonly path: string;
  readonly blobId: string;
}

/** What became of the files of one folder. */
export interface GroupReport {
  readonly folder: string;
  readonly counts: SyncCounts;
  readonly drifted: number;
}

export interface SyncCounts {
  readonly added: number;
  readonly modified: number;
  readonly deleted: number;
  readonly unchanged: number;
}

/** Plan and result have one shape, which is plain JSON. */
export interface SyncReport {
  /** Grows with what a reader of an older one would misunderstand. */
  readonly schema: 1;
  readonly outcome: 'synced' | 'unchanged' | 'dry-run';
  readonly counts: SyncCounts;
  readonly changes: readonly FileChange[];
  /**
   * Live edits that were kept (`driftPolicy` report or ignore): changed and deleted files, and files that nobody wrote in
   * a mirrored folder.
   */
  readonly drifted: readonly string[];
  /** The same, with what is there. */
  readonly drift: readonly DriftedFile[];
  /** Of the folders that `groups` of the request named, sorted. */
  readonly groups: readonly GroupReport[];
  /** Desired files that a protected path kept from being written. */
  readonly protected: readonly ProtectedFile[];
  /** Files that are live as desired, sorted; only where `listUnchanged` asked for them. */
  readonly unchanged?: readonly UnchangedFile[];
  /** Files that more than one mapping provides; the later one won. */
  readonly overlaid: number;
  readonly bytesWritten: number;
  /** Name of the snapshot with what was replaced or deleted, if anything was kept. */
  readonly snapshot: string | undefined;
  /** What `recover` did first. */
  readonly recovered: 'nothing' | 'finished' | 'undone';
  readonly durationsMs: Readonly<Record<SyncPhase, number>>;
}

export interface RevertRequest {
  /** Absolute path of the directory. */
  readonly target: string;
  readonly protection: Protection;
  /** Who holds the lock, as with a sync. */
  readonly holder: string;
}

export interface RevertOptions {
  readonly signal?: AbortSignal | undefined;
  /** Awaited before the first rename; a scan lock is taken here. */
  readonly beforeApply?: (() => Promise<void>) | undefined;
}

export interface RevertReport {
  /** What the target equals again, but for live edits that come back too; undefined: what there was before the first sync. */
  readonly release: Release | undefined;
  readonly counts: Omit<SyncCounts, 'unchanged'>;
  readonly changes: readonly FileChange[];
  /** Name of the snapshot with what the revert replaced or deleted, if anything. */
  readonly snapshot: string | undefined;
  /** What `recover` did first. */
  readonly recovered: 'nothing' | 'finished' | 'undone';
}

/** What the target's manifest says. */
export interface TargetStatus {
  readonly release: Release | undefined;
  /** RFC 3339. */
  readonly syncedAt: string | undefined;
  readonly files: number;
  /** A journal of an interrupted sync is present: `recover` has work to do. */
  readonly interrupted: boolean;
  readonly lockedBy: string | undefined;
  readonly snapshots: readonly { readonly name: string; readonly files: number; readonly bytes: number }[];
}
