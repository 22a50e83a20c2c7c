/** Enough of `metav1.ObjectMeta` for every object. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
}

/** How a kind is addressed. `T` is the type of its objects. */
export interface ResourceType<T extends KubeObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Type only; never set. */
  readonly _object?: T;
}

/** `namespace` is empty for cluster-scoped objects. */
export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Deadline of the whole call; default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Called right before the first byte is sent, also of a retry; if it throws an `ApiError`, nothing is. */
  readonly beforeSend?: (() => void) | undefined;
}

/** For calls that no kind describes. */
export interface StreamOptions extends RequestOptions {
  /** What to answer with; default `application/json`. */
  readonly accept?: string | undefined;
}

export interface ListOptions extends RequestOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Objects a page, default 500; all pages are fetched. */
  readonly limit?: number | undefined;
}

export interface ApplyOptions extends RequestOptions {
  readonly fieldManager: string;
  /** Takes fields over from other managers; default true, as a controller owns what it applies. */
  readonly force?: boolean | undefined;
  readonly subresource?: 'status' | undefined;
  readonly dryRun?: boolean | undefined;
}

/** Calls against one API server. Every failure is an `ApiError`. */
export interface KubeClient {
  get<T extends KubeObject>(type: ResourceType<T>, key: ObjectKey, options?: RequestOptions): Promise<T>;
  /** Undefined instead of a 404. */
  find<T extends KubeObject>(type: ResourceType<T>, key: ObjectKey, options?: RequestOptions): Promise<T | undefined>;
  list<T extends KubeObject>(
    type: ResourceType<T>,
    options?: ListOptions,
  ): Promise<{ readonly items: readonly T[]; readonly resourceVersion: string }>;
  create<T extends KubeObject>(type: ResourceType<T>, object: T, options?: RequestOptions): Promise<T>;
  /** Server-side apply. */
  apply<T extends KubeObject>(type: ResourceType<T>, object: T, options: ApplyOptions): Promise<T>;
  /** JSON merge patch (RFC 7386). */
  mergePatch<T extends KubeObject>(
    type: ResourceType<T>,
    key: ObjectKey,
    patch: object,
    options?: RequestOptions & {
      readonly subresource?: 'status' | undefined;
      readonly fieldManager?: string | undefined;
    },
  ): Promise<T>;
  replace<T extends KubeObject>(type: ResourceType<T>, object: T, options?: RequestOptions): Promise<T>;
  /** False when it was not there. */
  delete<T extends KubeObject>(
    type: ResourceType<T>,
    key: ObjectKey,
    options?: RequestOptions & {
      readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string } | undefined;
    },
  ): Promise<boolean>;
  /** Anything else: `/version`, token requests, access reviews. Answers that are not JSON come as text. */
  raw(method: string, path: string, body?: unknown, options?: StreamOptions): Promise<unknown>;
  /** The body of a GET as it arrives, for watches and logs. The deadline ends with the answer's head. */
  stream(path: string, options?: StreamOptions): Promise<AsyncIterable<Uint8Array>>;
}

/** A change of one object in a store. `before` is undefined for an added one, `after` for a deleted one. */
export interface Delta<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** `listed`: the state of things, as at a start; `watched`: somebody has just done it. */
export type DeltaOrigin = 'listed' | 'watched';

export interface Store<T extends KubeObject> {
  get(key: ObjectKey): T | undefined;
  list(namespace?: string): readonly T[];
  /** Objects for which the named index function answered `value`. */
  byIndex(index: string, value: string): readonly T[];
  readonly size: number;
}

export interface ReflectorOptions<T extends KubeObject> {
  readonly client: KubeClient;
  readonly type: ResourceType<T>;
  /** All namespaces when undefined. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Ask the server for metadata alone (`PartialObjectMetadata`). */
  readonly metadataOnly?: boolean | undefined;
  /**
   * Drops what is not needed before it is stored, never the name or namespace. `managedFields` are always dropped. What
   * it throws is reported, and the object stored as it came.
   */
  readonly transform?: ((object: T) => T) | undefined;
  readonly indexes?: Readonly<Record<string, (object: T) => readonly string[]>> | undefined;
  /** The longest pause after a failure, in milliseconds; default 30,000. Before the first list it is 2,000. */
  readonly longestBackoffMs?: number | undefined;
  /** Called after the store has changed; what it throws, or rejects, is reported to `onError`, never fatal. */
  readonly onDelta?: ((delta: Delta<T>, origin: DeltaOrigin) => void) | undefined;
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** A list-and-watch that survives everything, over one indexed store. */
export interface Reflector<T extends KubeObject> {
  readonly store: Store<T>;
  readonly hasSynced: boolean;
  /** Resolves when the first list is stored. */
  synced(signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

export interface NamespacedReflectorOptions<T extends KubeObject> extends Omit<ReflectorOptions<T>, 'namespace'> {
  /** From now on it is known what there is in this namespace; undefined: in every one. */
  readonly onSynced?: ((namespace: string | undefined) => void) | undefined;
}

/** Reflectors of one kind in namespaces that come and go. */
export interface NamespacedReflector<T extends KubeObject> {
  /** Of all these namespaces together. */
  readonly store: Store<T>;
  /**
   * Makes the watched namespaces these. What was stored of one that goes is forgotten, and no delta tells so: its objects
   * are not deleted, only unknown. `'all'` is one reflector of all namespaces, which costs a server less than many: it takes
   * over from the single ones as soon as it has listed, and tells what it lists, which these have told before. After `stop`
   * it does nothing.
   */
  keep(namespaces: ReadonlySet<string> | 'all'): void;
  /** Whether what is stored of this namespace is whole: nothing may be concluded from absence before. */
  hasSynced(namespace: string): boolean;
  stop(): Promise<void>;
}

/** A queue of keys: a key is handed to one worker at a time, however often it was added. */
export interface WorkQueue {
  /** Higher priority first; default 0. What a person just did is 10. */
  add(key: string, options?: { readonly priority?: number; readonly afterMs?: number }): void;
  /** Adds with exponential per-key back-off. */
  addRateLimited(key: string): void;
  forget(key: string): void;
  retries(key: string): number;
  readonly length: number;
}

export type ReconcileResult = { readonly kind: 'done' } | { readonly kind: 'requeueAfter'; readonly afterMs: number };

export interface ControllerOptions {
  readonly name: string;
  readonly workers: number;
  /** A throw is counted and tried again with back-off. */
  readonly reconcile: (key: string, signal: AbortSignal) => Promise<ReconcileResult>;
  /** One reconcile may take this long; then its signal aborts. */
  readonly deadlineMs?: number | undefined;
  readonly onError?: ((key: string, error: unknown, attempt: number) => void) | undefined;
  /**
   * A key that goes on failing is tried again at least this often, however many others fail; default 1,000 s. The first
   * pause is 5 ms.
   */
  readonly maxRetryDelayMs?: number | undefined;
}

export interface Controller {
  readonly queue: WorkQueue;
  start(): void;
  /** No new work; waits for what is in flight until the signal aborts. */
  stop(signal?: AbortSignal): Promise<void>;
}

export interface LeaderElectionOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  /** Seconds: 15 / 10 / 2, as in client-go. */
  readonly leaseDurationSeconds?: number | undefined;
  readonly renewDeadlineSeconds?: number | undefined;
  readonly retryPeriodSeconds?: number | undefined;
  /** What it throws, or rejects, is reported, and the lease given back: another replica may be able to begin. */
  readonly onStarted: () => void;
  /** Lost: whatever writes must have stopped when this returns. What it throws is reported. */
  readonly onStopped: () => void;
  /** An attempt that failed; there will be another one. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export interface LeaderElection {
  readonly isLeader: boolean;
  /** Of the present or the last leadership: aborts when it is lost. */
  readonly term: AbortSignal;
  /** Releases the lease. */
  stop(): Promise<void>;
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

export interface EventRecorder {
  /**
   * Never blocks, never throws; repeats are folded into a series. Of one object and reason ten notes are shown each, and
   * more than that as one.
   */
  record(event: {
    readonly regarding: KubeObject;
    readonly type: 'Normal' | 'Warning';
    readonly reason: string;
    readonly action: string;
    readonly note: string;
  }): void;
  /** Sends what is waiting, for five seconds at most. */
  stop(): Promise<void>;
}
