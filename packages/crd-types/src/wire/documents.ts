// Agreed shapes of the documents between controller and agent. To be replaced by types derived from their schemas.

/** Immutable: what a gateway is meant to run. */
export interface Release {
  readonly id: string;
  readonly ref: string;
  readonly commit: string;
  /** Names in the order of the annotation. */
  readonly profileNames: readonly string[];
  /** Resolved, whole: mappings of all profiles concatenated, overlay last; excludes of CR and profiles together. */
  readonly profile: ResolvedProfile;
  readonly source: 'rollout' | 'bootstrap' | 'override';
}

export interface ResolvedProfile {
  readonly mappings: readonly {
    readonly source: string;
    readonly destination: string;
    readonly type: 'dir' | 'file';
    readonly required: boolean;
    readonly prune: 'mirror' | 'owned';
    readonly allowEmpty: boolean;
  }[];
  readonly deploymentMode?: { readonly name: string; readonly source: string };
  readonly excludePatterns: readonly string[];
  readonly vars: Readonly<Record<string, string>>;
  readonly syncPeriod: number;
  readonly driftPolicy: 'report' | 'restore' | 'ignore';
  readonly dryRun: boolean;
}

export interface Hold {
  readonly candidate: { readonly id: string; readonly ref: string; readonly commit: string };
  readonly gate: string;
  readonly reason: string;
  readonly message: string;
  readonly since: string;
}

/** `stoker-metadata-<cr>.<gateway>`, key `metadata.json`. */
export interface MetadataDocument {
  readonly schema: 1;
  readonly crName: string;
  readonly gatewayName: string;
  readonly podUID: string;
  readonly repository: {
    readonly url: string;
    readonly authKind: 'none' | 'token' | 'sshKey';
    readonly proxy?: string;
  };
  readonly gateway: { readonly port: number; readonly tls: boolean };
  /** Absent until the first ref is resolved. */
  readonly release?: Release;
  readonly held?: Hold;
  /** Changes when a person asks for a sync now (`stoker.io/sync-now`). */
  readonly syncRequest?: string;
}

/** `stoker-status-<cr>.<gateway>`, key `status.json`. */
export interface StatusDocument {
  readonly schema: 1;
  readonly podUID: string;
  readonly podName: string;
  readonly agentVersion: string;
  readonly schemaUnderstood: number;
  readonly phase: 'Waiting' | 'Fetching' | 'Syncing' | 'Scanning' | 'Synced' | 'Failed' | 'DryRun';
  readonly releaseId?: string;
  readonly commit?: string;
  readonly ref?: string;
  readonly profileNames: readonly string[];
  /** RFC 3339, of the last completed sync. */
  readonly syncedAt?: string;
  readonly counts?: {
    readonly added: number;
    readonly modified: number;
    readonly deleted: number;
    readonly unchanged: number;
  };
  readonly durationsMs?: Readonly<Record<string, number>>;
  readonly drifted?: { readonly count: number; readonly paths: readonly string[] };
  readonly scan?: {
    readonly outcome: 'Scanned' | 'Skipped' | 'Failed';
    readonly message?: string;
    readonly durationMs?: number;
  };
  readonly error?: {
    readonly reason: string;
    readonly message: string;
    readonly hint?: string;
    readonly since: string;
    readonly attempt: number;
    readonly nextAttempt?: string;
  };
  readonly history: readonly {
    readonly at: string;
    readonly commit: string;
    readonly releaseId: string;
    readonly outcome: 'Synced' | 'Failed' | 'DryRun';
    readonly changed: number;
    readonly durationMs: number;
    readonly reason?: string;
  }[];
}

/** `stoker-changes-<cr>.<gateway>`, key `changes.json`. */
export interface ChangesDocument {
  readonly schema: 1;
  readonly podUID: string;
  readonly commit: string;
  readonly releaseId: string;
  readonly at: string;
  readonly changes: readonly {
    readonly path: string;
    readonly kind: 'added' | 'modified' | 'deleted';
    readonly before?: string;
    readonly after?: string;
    readonly liveEdit?: true;
  }[];
  /** Changes beyond the bound, counted only. */
  readonly omitted: number;
}
