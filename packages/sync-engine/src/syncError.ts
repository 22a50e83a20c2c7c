import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { StokerError, isStokerError } from '@stoker/errors';
import type { ErrorClass } from '@stoker/errors';

/** Every reason this package fails with (and `InvalidTemplate` of `@stoker/template`), and what may be done about it. */
const classes = {
  /** The source of a managed folder is gone, and carrying on would empty it. */
  SourceVanished: 'stalled',
  /** A mapping names something the source does not have, or has as another kind; or there is no source. */
  SourceMissing: 'stalled',
  /** A folder or file of the source cannot be read. It may be there, so that nothing is deleted for it. */
  SourceIOError: 'transient',
  /** A path is absolute, climbs with `..`, is too long, or holds what no path may hold. */
  UnsafePath: 'stalled',
  /** Two mappings claim one path, or one needs a folder where the other puts a file. */
  PathConflict: 'stalled',
  /** A glob that could take for ever to match. */
  InvalidPattern: 'stalled',
  /** Something in the target is in the way and must not be touched: a symlinked folder, a special file, a mount. */
  TargetUnsafe: 'stalled',
  /** A patch is asked for a path that cannot name one JSON value. */
  InvalidPatch: 'stalled',
  /** A template or patch does not fit the content of a file. */
  TransformFailed: 'stalled',
  /** A `*.json` file of the source is not JSON. */
  InvalidJson: 'stalled',
  SymlinkRefused: 'stalled',
  SubmoduleRefused: 'stalled',
  LfsPointer: 'stalled',
  StorageFull: 'transient',
  TargetReadOnly: 'stalled',
  TargetIOError: 'transient',
  /** What the source delivered is not what its blob id says. */
  BlobMismatch: 'transient',
  LockHeld: 'waiting',
  /** No apply that could be taken back is known: none was, or what it kept is gone. */
  NothingToRevert: 'stalled',
  /** What an apply kept is not there, or not as it was kept. */
  SnapshotDamaged: 'stalled',
  /** A dry run met the journal of an interrupted sync: `recover` comes first. */
  RecoveryPending: 'waiting',
  Cancelled: 'waiting',
} as const satisfies Record<string, ErrorClass>;

export type SyncErrorReason = keyof typeof classes;

export function syncError(reason: SyncErrorReason, message: string, hint?: string, cause?: unknown): StokerError {
  return new StokerError(message, { reason, class: classes[reason], hint, cause });
}

/** Paths come from repositories and from disk: quoted, so that no control character reaches a log. */
export function quotePath(path: string): string {
  return JSON.stringify(path === '' ? '.' : path);
}

const reasonOfCode: Readonly<Record<string, readonly [SyncErrorReason, string]>> = {
  ENOSPC: ['StorageFull', 'free some space on the volume of the target'],
  EDQUOT: ['StorageFull', 'raise the quota of the volume of the target'],
  EROFS: ['TargetReadOnly', 'mount the volume of the target read-write'],
  EACCES: ['TargetReadOnly', 'give this user write access to the target'],
  EPERM: ['TargetReadOnly', 'give this user write access to the target'],
  EBUSY: ['TargetUnsafe', 'something is mounted over that path: take it out of the mappings or exclude it'],
  EXDEV: ['TargetUnsafe', 'another volume is mounted there: take it out of the mappings or exclude it'],
};

/** Says what an fs call could not do. `doing` reads as in "cannot write". What says so already stays as it is. */
export function diskError(error: unknown, doing: string, path: string): StokerError {
  if (isStokerError(error)) return error;
  const code = errorCode(error) ?? 'unknown error';
  const [reason, hint] = reasonOfCode[code] ?? ['TargetIOError', undefined];
  return syncError(reason, `cannot ${doing} ${quotePath(path)}: ${code}`, hint, error);
}

/** The same for a source on a disk; `doing` reads as in "cannot list". */
export function sourceError(error: unknown, doing: string, path: string): StokerError {
  const code = errorCode(error) ?? 'unknown error';
  const isForbidden = code === 'EACCES' || code === 'EPERM';
  const hint = isForbidden ? 'give this user read access to the source' : undefined;
  return syncError('SourceIOError', `cannot ${doing} ${quotePath(path)} of the source: ${code}`, hint, error);
}

/** What came out of node:fs unexplained becomes an error of this package; everything else stays as it is. */
export function explained(error: unknown): unknown {
  if (isStokerError(error) || typeof error !== 'object' || error === null || !('syscall' in error)) return error;
  const isFromDisk = fileSystemCalls.has(String(error.syscall));
  return isFromDisk ? diskError(error, 'work on', 'path' in error ? String(error.path) : '.') : error;
}

const fileSystemCalls = new Set(
  'open read write close fsync stat lstat fstat statfs scandir mkdir rmdir rm rename link unlink readlink symlink chmod copyfile utime'.split(
    ' ',
  ),
);

/**
 * The `code` of an error of node:fs, such as `ENOENT`; undefined for one of our own, whose code is its reason. Where Node gives
 * none, that which the system's words stand for, or those words.
 */
export function errorCode(error: unknown): string | undefined {
  if (isStokerError(error) || typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  if (typeof error.code !== 'string') return undefined;
  if (error.code === '') return codeOfWords('message' in error ? String(error.message) : '');
  return ('errno' in error && codesWithoutName.get(Number(error.errno))) || error.code;
}

/** `rmSync` says `, Unknown error: Read-only file system '/path'` with an empty code and the same number for all of them. */
function codeOfWords(message: string): string | undefined {
  const words = /Unknown error: ([^']+?) *(?:'|$)/.exec(message)?.[1];
  const known = [...getSystemErrorMap().values()].find(([, meaning]) => meaning === words?.toLowerCase());
  return known?.[0] ?? words;
}

/** libuv has no name for these, and Node calls them `Unknown system error -122`. */
const codesWithoutName = new Map([
  [-constants.errno.EDQUOT, 'EDQUOT'],
  [-constants.errno.ESTALE, 'ESTALE'],
]);

/** Throws `Cancelled` once the signal is aborted. Called only where stopping leaves nothing half-done. */
export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw syncError('Cancelled', 'the sync was cancelled before it changed anything');
}
