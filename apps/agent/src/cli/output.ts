import { printable } from '@stoker/command-line';
import { describeError } from '@stoker/errors';
import type { FileChange, GroupReport, SyncCounts, SyncReport } from '@stoker/sync-engine';
import { exitCodeOf, exitCodes } from './exitCode.ts';

/** The one JSON document of `sync`, `watch` (one a line) and `diff` (with `changes` and `projects`). */
export interface Outcome {
  readonly outcome: SyncReport['outcome'] | 'refused' | 'failed';
  /** Absent when the ref could not be resolved. */
  readonly commit?: string | undefined;
  readonly ref?: string | undefined;
  readonly counts: SyncCounts;
  readonly changes?: readonly FileChange[];
  readonly projects?: readonly GroupReport[];
  readonly error?: { readonly reason: string; readonly message: string; readonly hint?: string };
}

const nothing: SyncCounts = { added: 0, modified: 0, deleted: 0, unchanged: 0 };

/** What a failure looks like to a program. */
export function failedOutcome(error: unknown, known: Pick<Outcome, 'commit' | 'ref'>): Outcome {
  const outcome = exitCodeOf(error) === exitCodes.refused ? 'refused' : 'failed';
  return { outcome, ...known, counts: nothing, error: describeError(error) };
}

/** One or two lines for people. */
export function describeOutcome(outcome: Outcome): string {
  const { counts, error } = outcome;
  if (error) return describeFailure(error);
  const at = `${outcome.ref} (${outcome.commit?.slice(0, 12)})`;
  if (outcome.outcome === 'unchanged') return `up to date with ${at}: ${counts.unchanged} files`;
  const verb = outcome.outcome === 'dry-run' ? 'would change to' : 'synced to';
  return `${verb} ${at}: ${counts.added} added, ${counts.modified} modified, ${counts.deleted} deleted, ${counts.unchanged} unchanged`;
}

/** `reason: message`, and what to do about it. */
export function describeFailure(error: { reason: string; message: string; hint?: string }): string {
  const hint = error.hint === undefined ? '' : `\n  hint: ${error.hint}`;
  return printable(`${error.reason === 'Usage' ? '' : `${error.reason}: `}${error.message}${hint}`);
}

const marks = { added: '+', modified: '~', deleted: '-' } as const;

/** One line a file, control characters made visible. */
export function describeChange(change: FileChange): string {
  const path = printable(change.path).replaceAll('\n', String.raw`\n`);
  return `${marks[change.kind]} ${path}${change.liveEdit ? '  (edited live)' : ''}`;
}
