import type { MetadataDocument, StatusDocument } from '@stoker/crd-types';
import type { ErrorClass } from '@stoker/errors';
import type { HeldRelease } from './heldReleases.ts';
import { noPodFiles, type PodFiles } from './podFiles.ts';
import { nothingVerified, type VerificationState } from './verify/verificationState.ts';

/** What the folder is known to equal. */
export interface AppliedRelease {
  readonly id: string;
  readonly ref: string;
  readonly commit: string;
  /** RFC 3339. */
  readonly syncedAt: string | undefined;
}

/** A failure lasts until something it depended on changes or its next attempt is due. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly class: ErrorClass;
  readonly sinceMs: number;
  readonly attempt: number;
  readonly nextAttemptMs: number;
  /** `basisOf` the state in which it happened. */
  readonly basis: string;
}

/**
 * What the gateway still has to do before it runs what the folder holds. `restoreAndScan`: its very first start rewrites
 * some files (security-properties), so the release is put back once, whatever the drift policy.
 */
export type GatewayDebt = 'none' | 'scan' | 'restoreAndScan';

/** All the sidecar knows. Plain data; every change makes a new one. */
export interface AgentState extends VerificationState {
  readonly podUID: string;
  /** Whether the folder was looked at and an interrupted sync put right. Nothing else comes before that. */
  readonly opened: boolean;
  /** Undefined before it was first read, and when it is gone (the CR was deleted). */
  readonly document: MetadataDocument | undefined;
  readonly applied: AppliedRelease | undefined;
  /** What came to the folder last, newest first. */
  readonly heldReleases: readonly HeldRelease[];
  /** Releases that an earlier process has reported as synced. */
  readonly reportedReleaseIds: readonly string[];
  /** Release of the last dry run. */
  readonly plannedReleaseId: string | undefined;
  /** When the folder was last compared, in this process. */
  readonly checkedAtMs: number | undefined;
  /** When the folder was last compared with what it holds because the wanted release does not come to it; since the last sync. */
  readonly lookedAtMs: number | undefined;
  /** `labelsHash` of the pod for which it was compared: templates may have used its labels. */
  readonly checkedLabels: string;
  /** The `syncRequest` that the last sync answered. */
  readonly answeredRequest: string | undefined;
  readonly failure: Failure | undefined;
  /** The gateway's very first start on this folder is ahead, or not put right yet: the volume says so, too. */
  readonly firstBootAhead: boolean;
  readonly debt: GatewayDebt;
  /** When to ask the gateway next, while it is in debt. */
  readonly askGatewayAtMs: number;
  /** Scans in a row that the gateway refused or failed. Over with the next one that succeeds. */
  readonly scanFailure: { readonly sinceMs: number; readonly attempt: number } | undefined;
  /** Changes when the mounted credentials do. */
  readonly credentialsVersion: string;
  /** Our pod's labels and annotations, which change underneath, too. */
  readonly pod: PodFiles;
  readonly activity: Extract<StatusDocument['phase'], 'Fetching' | 'Syncing' | 'Scanning'> | undefined;
  readonly last: LastSync | undefined;
  readonly scan: StatusDocument['scan'];
  readonly history: StatusDocument['history'];
  /** When the gateway was started from an older release than the wanted one; undefined once it has caught up. */
  readonly startedStaleAtMs: number | undefined;
}

/** Numbers of the last completed sync, for the status. */
export interface LastSync {
  readonly counts: NonNullable<StatusDocument['counts']>;
  readonly durationsMs: Readonly<Record<string, number>>;
  readonly drifted: { readonly count: number; readonly paths: readonly string[] };
}

/** What a process knows when it starts. */
export function initialState(podUID: string): AgentState {
  return {
    podUID,
    opened: false,
    document: undefined,
    applied: undefined,
    heldReleases: [],
    reportedReleaseIds: [],
    plannedReleaseId: undefined,
    checkedAtMs: undefined,
    lookedAtMs: undefined,
    checkedLabels: noPodFiles.labelsHash,
    answeredRequest: undefined,
    failure: undefined,
    firstBootAhead: false,
    debt: 'none',
    askGatewayAtMs: 0,
    scanFailure: undefined,
    credentialsVersion: '',
    pod: noPodFiles,
    activity: undefined,
    last: undefined,
    scan: undefined,
    history: [],
    startedStaleAtMs: undefined,
    ...nothingVerified,
  };
}

/** Everything whose change is a reason to try again at once. */
export function basisOf(state: AgentState): string {
  const { document, credentialsVersion, pod } = state;
  const { release, repository, syncRequest } = document ?? {};
  return JSON.stringify([release?.id, repository, syncRequest, credentialsVersion, pod.labelsHash]);
}

/** Whether the document is meant for this pod. After a pod was replaced, the old one's agent must not write any more. */
export function isOurs(state: AgentState): boolean {
  return state.document !== undefined && state.document.podUID === state.podUID;
}
