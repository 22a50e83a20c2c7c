import type { ChangesDocument } from '@stoker/crd-types';
import type { CommitAuthor } from '@stoker/gitref';
import type { ErrorClass } from '@stoker/errors';
import type { SyncReport, TargetStatus } from '@stoker/sync-engine';
import type { JobProgress, SyncJob } from '../converge/job.ts';
import type { Touched } from '../converge/touched.ts';

/** What a sync came to, bounded: a first sync of 100,000 files sends no list of them across threads. */
export interface SyncSummary {
  readonly outcome: SyncReport['outcome'];
  readonly author?: CommitAuthor | undefined;
  readonly counts: SyncReport['counts'];
  readonly changes: ChangesDocument['changes'];
  readonly omitted: number;
  readonly drifted: { readonly count: number; readonly paths: readonly string[] };
  readonly durationsMs: Readonly<Record<string, number>>;
  readonly bytesWritten: number;
  readonly fetchedBytes: number;
  readonly snapshot: string | undefined;
  readonly recovered: SyncReport['recovered'];
}

/** What the target was when the agent came up, after an interrupted sync was put right. */
export interface OpenedTarget {
  readonly recovered: SyncReport['recovered'];
  readonly release: TargetStatus['release'];
  readonly syncedAt: string | undefined;
}

/** A release to be taken back. */
export interface RevertJob {
  readonly target: string;
  readonly holder: string;
  /** The release that has to go: syncs are taken back until the folder holds another one. */
  readonly leave: string;
}

/** What the folder equals again, bounded like a `SyncSummary`. */
export interface RevertSummary extends Pick<SyncSummary, 'changes' | 'omitted'> {
  readonly release: TargetStatus['release'];
  readonly syncedAt: string | undefined;
  readonly changed: number;
}

export type WorkerRequest =
  | { readonly kind: 'open'; readonly target: string; readonly holder: string }
  | { readonly kind: 'sync'; readonly job: SyncJob }
  | { readonly kind: 'revert'; readonly job: RevertJob }
  | { readonly kind: 'cancel' }
  /** Answers `beforeApply`. */
  | { readonly kind: 'apply' }
  | { readonly kind: 'refuseApply'; readonly error: ErrorData };

export type WorkerReply =
  | { readonly kind: 'progress'; readonly progress: JobProgress }
  /** Without `touched`: before a revert. */
  | { readonly kind: 'beforeApply'; readonly touched?: Touched }
  | { readonly kind: 'opened'; readonly target: OpenedTarget }
  | { readonly kind: 'synced'; readonly summary: SyncSummary }
  | { readonly kind: 'reverted'; readonly reverted: RevertSummary }
  | { readonly kind: 'failed'; readonly error: ErrorData };

/** An error as data: a thread boundary keeps neither class nor fields of one. */
export interface ErrorData {
  readonly reason: string;
  readonly class: ErrorClass;
  readonly message: string;
  readonly hint: string | undefined;
  /** For the log alone. */
  readonly stack: string | undefined;
}
