import type { ResolvedProfile } from '@stoker/crd-types';
import type { Repository } from './remoteOf.ts';
import type { SyncPhase, SyncReport } from '@stoker/sync-engine';
import type { TemplateVariables } from '@stoker/template';

/** One sync as plain data, so that it can cross into the worker thread. */
export interface SyncJob {
  readonly repository: Repository;
  readonly commit: string;
  readonly ref: string;
  readonly releaseId: string;
  readonly profile: ResolvedProfile;
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
  readonly beforeApply?: (() => Promise<void>) | undefined;
}

export interface JobResult {
  readonly report: SyncReport;
  readonly fetchMs: number;
}
