import {
  type Delta,
  type DeltaOrigin,
  type KubeClient,
  type KubeObject,
  type ObjectKey,
  type ResourceType,
  startNamespacedReflector,
} from '@stoker/kube';

/** What is cached of one kind, over all watched namespaces. */
export interface Cache<T extends KubeObject> {
  get(key: ObjectKey): T | undefined;
  list(namespace?: string): readonly T[];
  byIndex(index: string, value: string): readonly T[];
  /** Whether what is known of this namespace is whole. Nothing is ever concluded from absence before that. */
  hasSynced(namespace: string): boolean;
  stop(): Promise<void>;
}

/** `origin` tells what somebody has just done from what a list found at a start. */
export type DeltaListener<T> = (delta: Delta<T>, origin: DeltaOrigin) => void;

export interface CacheOptions<T extends KubeObject> {
  readonly client: KubeClient;
  readonly type: ResourceType<T>;
  /** Empty: one watch over all namespaces. */
  readonly namespaces: readonly string[];
  readonly labelSelector?: string | undefined;
  readonly metadataOnly?: boolean | undefined;
  readonly transform?: ((object: T) => T) | undefined;
  readonly indexes?: Readonly<Record<string, (object: T) => readonly string[]>> | undefined;
  readonly onDelta?: DeltaListener<T> | undefined;
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** In each namespace on its own, so that missing rights in one of them do not blind the others. */
export function openCache<T extends KubeObject>(options: CacheOptions<T>): Cache<T> {
  const { namespaces, ...shared } = options;
  const { store, keep, hasSynced, stop } = startNamespacedReflector<T>(shared);
  keep(namespaces.length === 0 ? 'all' : new Set(namespaces));
  return { get: store.get, list: store.list, byIndex: store.byIndex, hasSynced, stop };
}
