import { isStokerError } from '@stoker/errors';

/** What the process tells its caller. Contract: README. */
export const exitCodes = { done: 0, failed: 1, usage: 2, refused: 3, locked: 4 } as const;

/** What the caller wrote can't be carried out, whatever the repository or the disk are like. */
const usageReasons: ReadonlySet<string> = new Set([
  'Usage',
  'InvalidResource',
  'InvalidTemplate',
  'InvalidPatch',
  'InvalidPattern',
  'InvalidRepositoryUrl',
  'InvalidProxy',
  'InvalidRef',
]);

/** Carrying it out could destroy or expose something. */
const refusals: ReadonlySet<string> = new Set([
  'SourceVanished',
  'UnsafePath',
  'PathConflict',
  'TargetUnsafe',
  'SymlinkRefused',
  'SubmoduleRefused',
  'LfsPointer',
]);

/** Exit code of anything thrown by a command. Unexpected errors count as failed. */
export function exitCodeOf(error: unknown): number {
  if (!isStokerError(error)) return exitCodes.failed;
  if (usageReasons.has(error.reason)) return exitCodes.usage;
  if (refusals.has(error.reason)) return exitCodes.refused;
  return error.reason === 'LockHeld' ? exitCodes.locked : exitCodes.failed;
}
