import type { MetadataDocument, Release, StatusDocument, Stoker } from '@stoker/crd-types';
import type { StokerError } from '@stoker/errors';
import type { Remote } from '@stoker/gitref';
import type { Credentials } from '../access/credentials.ts';
import type { DocumentProblem } from '../documents/readDocuments.ts';
import type { Decision } from '../gates/decideRelease.ts';
import type { Verdict } from '../gates/gate.ts';
import type { Gateway } from '../gateways/discover.ts';
import type { RefTarget } from '../refs/target.ts';
import type { Rollouts } from '../releases/rollouts.ts';

/** What is known of the commit that the CR's ref stands for. */
export type RefProgress =
  /** The answer is on its way; `commit` is what the status said before. */
  | { readonly kind: 'pending'; readonly commit: string | undefined }
  | { readonly kind: 'resolved'; readonly commit: string }
  | { readonly kind: 'failed'; readonly commit: string | undefined; readonly error: unknown };

/** `stoker.io/ref-override` of a pod: on its way until there is a commit or an error. */
export interface Override {
  readonly ref: string;
  readonly commit: string | undefined;
  readonly error: StokerError | undefined;
}

/** Everything gathered and decided about one gateway. */
export interface GatewayDraft {
  readonly gateway: Gateway;
  /** What its document said when this reconcile began. */
  readonly told: MetadataDocument | undefined;
  /** What the agent in its live pod said; a dead pod's report is nothing. */
  readonly status: StatusDocument | undefined;
  /** The ref that its pod asks for instead of the CR's. */
  readonly override: Override | undefined;
  /** Why it has no candidate: its profiles, or the ref that its pod asks for. */
  readonly candidateError: StokerError | undefined;
  readonly decision: Decision;
  /** When it was given its release, and those within a minute before, RFC 3339; newest first. */
  readonly releaseTimes: readonly string[];
}

/** One reconcile's notes: steps write what they found, `summarise` alone makes conditions of it. */
export interface Draft {
  /** `namespace/name` */
  readonly key: string;
  readonly namespace: string;
  stoker: Stoker;
  target: RefTarget;
  ref: RefProgress;
  /** How the repository is reached; undefined while that is not known. */
  remote: Remote | undefined;
  credentials: Credentials;
  /** Of a GitHub App. */
  appPrivateKey: string | undefined;
  /** The first installation token is on its way. */
  awaitsToken: boolean;
  /** By the field of the CR that names the Secret. */
  credentialErrors: readonly { readonly field: string; readonly isForGit: boolean; readonly error: unknown }[];
  gateways: readonly GatewayDraft[];
  /** Names of pods that asked for the agent and run without it; undefined while that is not known. */
  missingSidecars: readonly string[] | undefined;
  unusablePods: readonly { readonly podName: string; readonly message: string }[];
  documentProblems: readonly DocumentProblem[];
  /** Gateways that are told another release than when they were last looked at. */
  released: readonly Released[];
  /** Gateways that have documents and no pod. */
  absent: readonly AbsentGateway[];
  rollouts: Rollouts;
  /** The same, with what dependencies have completed since. */
  completed: Rollouts;
  /** Image of the agent that new pods would get; undefined where nobody has told. */
  agentImage: string | undefined;
  /** Gateways whose profiles depend on others. */
  dependents: readonly Dependent[];
  /** When gateways that wait for their turn are looked at again. */
  againInMs: number | undefined;
}

export interface Released {
  readonly gatewayName: string;
  readonly release: Release;
}

export interface Dependent {
  readonly gatewayName: string;
  /** What it waits for, whatever else holds it. */
  readonly unmet: Verdict | undefined;
}

export interface AbsentGateway {
  readonly gatewayName: string;
  readonly serviceAccountName: string | undefined;
  readonly since: Date | undefined;
}

/** How a step ended. A failed step stops the others only if it `halts`. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: unknown; readonly halts: boolean };

export const done: Outcome = { kind: 'done' };

export function failed(error: unknown): Outcome {
  return { kind: 'failed', error, halts: false };
}

export function halted(error: unknown): Outcome {
  return { kind: 'failed', error, halts: true };
}

export function openDraft(key: string, stoker: Stoker): Draft {
  return {
    key,
    namespace: stoker.metadata.namespace ?? '',
    stoker,
    // Until `settleRequest`: the spec is not checked yet.
    target: { kind: 'spec', ref: '' },
    ref: { kind: 'pending', commit: undefined },
    remote: undefined,
    credentials: new Map(),
    appPrivateKey: undefined,
    awaitsToken: false,
    credentialErrors: [],
    gateways: [],
    missingSidecars: [],
    unusablePods: [],
    documentProblems: [],
    released: [],
    absent: [],
    rollouts: {},
    completed: {},
    agentImage: undefined,
    dependents: [],
    againInMs: undefined,
  };
}
