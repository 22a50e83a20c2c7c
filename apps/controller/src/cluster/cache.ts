import type { Delta, KubeClient, KubeObject, ObjectKey, Reflector, ReflectorOptions, ResourceType } from '@stoker/kube';

/** What is cached of one kind, over all watched namespaces. */
export interface Cache<T extends KubeObject> {
  get(key: ObjectKey): T | undefined;
  list(namespace?: string): readonly T[];
  byIndex(index: string, value: string): readonly T[];
  /** Whether what is known of this namespace is whole. Nothing is ever concluded from absence before that. */
  hasSynced(namespace: string): boolean;
  stop(): Promise<void>;
}

export type StartReflector = <T extends KubeObject>(options: ReflectorOptions<T>) => Reflector<T>;

export interface CacheOptions<T extends KubeObject> {
  readonly client: KubeClient;
  readonly type: ResourceType<T>;
  /** Empty: one watch over all namespaces. */
  readonly namespaces: readonly string[];
  readonly labelSelector?: string | undefined;
  readonly metadataOnly?: boolean | undefined;
  readonly transform?: ((object: T) => T) | undefined;
  readonly indexes?: Readonly<Record<string, (object: T) => readonly string[]>> | undefined;
  readonly onDelta?: ((delta: Delta<T>) => void) | undefined;
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** One reflector a namespace, so that missing rights in one of them do not blind the others. */
export function openCache<T extends KubeObject>(start: StartReflector, options: CacheOptions<T>): Cache<T> {
  const { namespaces, ...shared } = options;
  const everywhere = namespaces.length === 0 ? start<T>(shared) : undefined;
  const single = new Map(namespaces.map((namespace) => [namespace, start<T>({ ...shared, namespace })]));
  const all = everywhere ? [everywhere] : [...single.values()];
  const of = (namespace: string) => everywhere ?? single.get(namespace);
  return {
    get: (key) => of(key.namespace)?.store.get(key),
    list: (namespace) =>
      namespace === undefined ? all.flatMap(({ store }) => store.list()) : (of(namespace)?.store.list(namespace) ?? []),
    byIndex: (index, value) => all.flatMap(({ store }) => store.byIndex(index, value)),
    hasSynced: (namespace) => of(namespace)?.hasSynced ?? false,
    stop: async () => {
      await Promise.all(all.map((reflector) => reflector.stop()));
    },
  };
}
