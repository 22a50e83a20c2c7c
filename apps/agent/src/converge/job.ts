import type { CommitAuthor } from '@stoker/gitref';
import type { ResolvedProfile } from '@stoker/crd-types';
import type { Repository } from './remoteOf.ts';
import type { Touched } from './touched.ts';
import type { SyncPhase, SyncReport } from '@stoker/sync-engine';
import type { TemplateVariables } from '@stoker/template';

/** One sync as plain data, so that it can cross into the worker thread. */
export interface SyncJob {
  readonly repository: Repository;
  readonly commit: string;
  readonly ref: string;
  readonly releaseId: string;
  readonly profile: ResolvedProfile;
  /** Of the SyncProfiles that it was resolved from; for errors. Undefined: it is a file, which has no other name. */
  readonly profileNames?: readonly string[] | undefined;
  readonly variables: TemplateVariables;
  /** Absolute path. */
  readonly target: string;
  readonly cacheDirectory: string;
  /** Who holds the target's lock. */
  readonly holder: string;
}

/** `fetch` comes before what the engine reports. */
export interface JobProgress {
  readonly phase: 'fetch' | SyncPhase;
  readonly done: number;
  /** 0 while unknown. */
  readonly total: number;
}

export interface JobHooks {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: JobProgress) => void) | undefined;
  /** Awaited after staging, before the first rename; not called when nothing changes. */
  readonly beforeApply?: ((touched: Touched) => Promise<void>) | undefined;
}

export interface JobResult {
  readonly report: SyncReport;
  /** Of the commit; undefined where nothing changed, or nobody is named. */
  readonly author: CommitAuthor | undefined;
  readonly fetchMs: number;
  /** Over the network; 0 when the commit was there already. */
  readonly fetchedBytes: number;
}
